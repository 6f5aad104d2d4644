// What goes to the service and comes back, and what the tab remembers.

const TIMEOUT_MS = 20000;
const ANSWERS = 3;
const SUGGESTIONS = 6;
const MOST_TURNS = 300;

// A failure in plain words, thrown by `request`.
class Failure {
  constructor(message, detail = null, locked = false) {
    Object.assign(this, { message, detail, locked });
  }
}

async function request(chat, path, { body, signal } = {}) {
  const headers = chat.key ? { Authorization: `Bearer ${chat.key}` } : {};
  if (body) headers["Content-Type"] = "application/json";
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const options = { headers, credentials: "omit", signal: signal ? AbortSignal.any([signal, limit]) : limit };
  if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  let response, reply;
  try {
    response = await fetch(new URL(path, chat.api), options);
    reply = await response.json().catch((error) => {
      if (options.signal.aborted) throw error;
      return null;
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(chat.say(limit.aborted ? "slow" : navigator.onLine ? "unreachable" : "offline"));
  }
  if (response.ok && reply) return reply;
  throw failureOf(chat, response, reply);
}

function failureOf(chat, { status, headers }, reply) {
  if (status === 401 || status === 403) return new Failure(chat.say("locked"), null, true);
  if (status === 429 || status === 503) return new Failure(chat.say("busy", Number.parseInt(headers.get("Retry-After"), 10) || 10));
  if (status >= 400 && status < 500) return new Failure(chat.say("refused"), reply?.detail);
  return new Failure(chat.say("broken"));
}

function askService(chat, turn, context, signal) {
  const source = chat.getAttribute("source");
  const body = { question: turn.question, top: ANSWERS, context, repair: turn.repair };
  if (source) body.filters = { source };
  return request(chat, "ask", { body, signal });
}

// A follow-up says little by itself: what it was taken for is what the opinion is of.
function sendOpinion(chat, turn, citation, verdict, { reason, note }) {
  const { steps, text } = turn.reply.understood;
  const question = steps.some((step) => step.kind === "context") ? text : turn.question;
  const { article, start, end } = citation ?? {};
  const cited = citation ? { citation: { article, start, end } } : {};
  return request(chat, "feedback", { body: { question, verdict, reason, note, ...cited } });
}

function suggestionsFor(chat, typed, signal) {
  return request(chat, `suggest?${new URLSearchParams({ q: typed, top: SUGGESTIONS })}`, { signal });
}

// The tab's memory, which frames and settings may forbid.

function remembered(chat) {
  try {
    const { turns, ...state } = JSON.parse(sessionStorage.getItem(memoryOf(chat)));
    return { ...state, turns: Array.isArray(turns) ? turns : [] };
  } catch {
    return { turns: [] };
  }
}

function memoryOf(chat) {
  return `hoidap ${chat.api} ${chat.id}`;
}

function remember(chat, { turns, ...state }) {
  const kept = turns.filter((turn) => turn.reply).slice(-MOST_TURNS).map(lighter);
  for (let from = 0; from <= kept.length; from += Math.max(1, kept.length >> 2)) {
    try {
      sessionStorage.setItem(memoryOf(chat), JSON.stringify({ ...state, turns: kept.slice(from) }));
      return;
    } catch {
      // Full: without the oldest quarter.
    }
  }
}

// Passages are shown only where there is no answer.
function lighter({ question, repair, said, reply }) {
  return { question, repair, said, reply: { ...reply, passages: reply.answered ? [] : reply.passages.slice(0, PASSAGES) } };
}
