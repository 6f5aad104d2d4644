// The chat page: asks /ask and shows quotes. Text from outside only ever enters through textContent.
"use strict";

const ANSWERS = 3;
const PASSAGES = 3;
const MOST_CONTEXT = 5;
const ALSO_READ = new Set(["abbreviation", "time"]);
const LONG_ANSWER = 60;
const WAIT_SHOWN_AFTER_MS = 300;
const TIMEOUT_MS = 20000;
const CONFIDENCE = [
  [0.85, "rất chắc chắn"],
  [0.7, "khá chắc chắn"],
  [0.5, "có thể đúng"],
  [0, "không chắc, nên xem lại nguồn"],
];
const ERRORS = {
  400: "Câu hỏi này chưa dùng được.",
  413: "Câu hỏi quá dài.",
  429: "Bạn hỏi hơi nhanh. Chờ một chút rồi thử lại.",
  503: "Bộ bài tạm thời chưa đọc được. Thử lại sau ít phút.",
};
const SERVER_ERROR = "Máy chủ gặp lỗi. Thử lại sau ít phút.";
const NO_CONNECTION = "Không kết nối được với máy chủ. Kiểm tra mạng rồi thử lại.";
const TOO_SLOW = "Máy chủ trả lời quá lâu. Thử lại sau ít phút.";

const log = document.getElementById("log");
const form = document.getElementById("form");
const box = document.getElementById("question");
const send = document.getElementById("send");
const asked = [];  // the questions of this conversation, oldest first
let waiting = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(box.value);
});

box.addEventListener("keydown", (event) => {
  // While an input method composes a syllable, Enter belongs to it (229 is what older Safari reports).
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key === "Enter" && !event.shiftKey && !composing) {
    event.preventDefault();
    ask(box.value);
  }
});

box.addEventListener("input", fitBox);

document.getElementById("examples").addEventListener("click", (event) => {
  if (event.target instanceof HTMLButtonElement) ask(event.target.textContent);
});

async function ask(text, repair = true) {
  const question = text.trim();
  if (!question || waiting) return;
  box.value = "";
  fitBox();
  setWaiting(true);
  const turn = show(make("p", { className: "question" }, hidden("Bạn hỏi: "), question));
  const clock = setTimeout(() => show(make("p", { className: "waiting", id: "waiting" }, "Đang tìm…")), WAIT_SHOWN_AFTER_MS);
  const card = await replyTo(question, repair);
  clearTimeout(clock);
  document.getElementById("waiting")?.remove();
  show(card);
  setWaiting(false);
  turn.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
}

async function replyTo(question, repair) {
  const context = asked.slice(-MOST_CONTEXT);
  try {
    const response = await fetch("/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question, top: ANSWERS, context, repair }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const reply = await response.json();
    if (response.ok) {
      asked.push(question);
      return reply.answered ? answered(reply) : declined(reply);
    }
    return failed(question, ERRORS[response.status] ?? SERVER_ERROR, response.status === 400 ? reply.detail : null);
  } catch (error) {
    return failed(question, error.name === "TimeoutError" ? TOO_SLOW : NO_CONNECTION, null);
  }
}

// Cards

function answered(reply) {
  const [first, ...more] = reply.answers;
  // What contradicts the first answer stands beside it, not behind a fold.
  const rivals = more.filter((answer) => answer.disputed);
  const others = more.filter((answer) => !answer.disputed);
  const card = make("div", { className: "card" });
  card.append(...understood(reply));
  const size = first.text.length > LONG_ANSWER ? "short long" : "short";
  if (rivals.length) card.append(make("p", { className: "disputed" }, "Các bài đưa thông tin khác nhau:"));
  card.append(...shortOf(first, size), sentenceOf(first), ...origin(first), ...rivals.map(otherAnswer));
  if (others.length) {
    const folded = make("details", {}, make("summary", {}, `${others.length} câu trả lời khác`));
    folded.append(...others.map(otherAnswer));
    card.append(folded);
  }
  return card;
}

function otherAnswer(answer) {
  return make("div", { className: "answer" }, ...shortOf(answer, "answer-text"), sentenceOf(answer), ...origin(answer));
}

function declined(reply) {
  const card = make("div", { className: "card" });
  card.append(make("p", { className: "declined" }, "Không tìm thấy trong bộ bài này"));
  card.append(...understood(reply));
  if (reply.passages.length) card.append(make("p", { className: "facts" }, "Các đoạn gần nhất với câu hỏi:"));
  card.append(...reply.passages.slice(0, PASSAGES).map(passage));
  return card;
}

function passage(found) {
  const path = `/articles/${encodeURIComponent(found.article)}?start=${found.start}&end=${found.end}`;
  const quote = make("blockquote", {}, found.text.trim());
  return make("div", { className: "passage" }, linkTo(path, found.title), quote, facts([found.source]));
}

function failed(question, message, detail) {
  const card = make("div", { className: "card error" }, make("p", {}, message));
  if (detail) card.append(make("p", { className: "facts", lang: "en" }, detail));
  const again = make("button", { type: "button" }, "Thử lại");
  again.addEventListener("click", () => ask(question));
  card.append(make("p", {}, again));
  return card;
}

// Parts of cards

function understood(reply) {
  const { steps, text } = reply.understood;
  if (!steps.length) return [];
  const line = make("p", { className: "understood" }, "Hiểu là: ");
  // What was written anew shows in the text; other readings that were searched too stand beside it.
  if (text !== reply.question) line.append(make("ins", {}, text));
  const also = steps.filter((step) => ALSO_READ.has(step.kind) && text.includes(step.from));
  also.forEach((step, position) => {
    if (position || text !== reply.question) line.append(", ");
    line.append(step.from, " = ", make("ins", {}, step.to));
  });
  const undo = make("button", { type: "button", className: "undo" }, "Tìm đúng như đã gõ");
  undo.addEventListener("click", () => ask(reply.question, false));
  line.append(" ", undo);
  return [line];
}

function shortOf(answer, className) {
  // An answer that is the whole sentence is shown once, as the sentence.
  return answer.text === answer.sentence ? [] : [make("p", { className }, answer.text)];
}

function sentenceOf(answer) {
  const { start, end, sentence_start: from } = answer.citation;
  // Offsets count code points, JavaScript strings count UTF-16 units.
  const points = Array.from(answer.sentence);
  const part = (first, last) => points.slice(Math.max(first, 0), Math.max(last, 0)).join("");
  const words = make("mark", {}, part(start - from, end - from));
  return make("blockquote", {}, part(0, start - from), words, part(end - from, points.length));
}

function origin(answer) {
  const { link, title, source, published, url } = answer.citation;
  const origins = [source, url && siteOf(url), published && `đăng ngày ${dayOf(published)}`];
  const parts = [linkTo(link, title), facts(origins), facts([confidence(answer)])];
  if (answer.also.length) {
    const places = [...new Set(answer.also.map((place) => place.source))].join(", ");
    parts.push(make("p", { className: "also" }, `Cũng có trong: ${places}`));
  }
  return parts;
}

function linkTo(path, title) {
  const link = make("a", { href: path, target: "_blank", rel: "noopener" }, title || "Mở bài");
  return make("p", { className: "source" }, link);
}

function facts(known) {
  return make("p", { className: "facts" }, known.filter(Boolean).join(" · "));
}

function confidence(answer) {
  const words = CONFIDENCE.find(([least]) => answer.confidence >= least)[1];
  return `Độ tin cậy: ${words} (${Math.round(answer.confidence * 100)} %)`;
}

function dayOf(published) {
  const [year, month, day] = published.split("-");
  return [day, month, year].filter(Boolean).map((part) => part.replace(/^0/, "")).join("/");
}

function siteOf(url) {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return null;
  }
}

// The page

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function hidden(text) {
  return make("span", { className: "hidden" }, text);
}

function show(element) {
  log.append(element);
  element.scrollIntoView({ block: "nearest" });
  return element;
}

function setWaiting(on) {
  waiting = on;
  log.setAttribute("aria-busy", String(on));
  send.setAttribute("aria-disabled", String(on));
}

function fitBox() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
