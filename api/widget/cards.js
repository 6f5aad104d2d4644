// What is shown of one question: an answer to check, that there is none, or what went wrong.

const PASSAGES = 3;
const LONG_ANSWER = 60;
const SURE = [0.85, 0.7, 0.5, 0];
const ALSO_READ = ["abbreviation", "time"];

function cardOf(chat, turn) {
  if (turn.failure) return failed(chat, turn);
  return make("div", { class: "card" }, turn.reply.answered ? answered(chat, turn) : declined(chat, turn));
}

function answered(chat, turn) {
  const [first, ...more] = turn.reply.answers;
  // What contradicts the first answer stands beside it, not behind a fold.
  const rivals = more.filter((answer) => answer.disputed);
  const others = more.filter((answer) => !answer.disputed);
  const parts = [understood(chat, turn)];
  if (rivals.length) {
    const sides = [first, ...rivals].map((answer) => answerOf(chat, turn, answer));
    parts.push(make("p", { class: "disputed" }, chat.say("disputed")), make("div", { class: "sides" }, sides));
  } else {
    parts.push(answerOf(chat, turn, first));
  }
  if (others.length) {
    parts.push(folded(chat.say("others", others.length), others.map((answer) => answerOf(chat, turn, answer, "small"))));
  }
  parts.push(opinionOf(chat, turn, first.citation));
  return parts;
}

function declined(chat, turn) {
  const passages = turn.reply.passages.slice(0, PASSAGES);
  return [
    make("p", { class: "none" }, chat.say("none")),
    understood(chat, turn),
    passages.length ? make("p", { class: "facts" }, chat.say("nearest")) : null,
    passages.map((found) => passageOf(chat, found)),
    opinionOf(chat, turn, null),
  ];
}

function failed(chat, turn) {
  const { message, detail, locked } = turn.failure;
  const card = make("div", { class: "card error" }, make("p", {}, message));
  if (detail) card.append(make("p", { class: "facts", lang: "en" }, detail));
  card.append(locked ? keyForm(chat, turn) : button(chat.say("again"), () => chat.askAgain(turn)));
  return card;
}

function keyForm(chat, turn) {
  const box = make("input", { type: "password", autocomplete: "off", required: true });
  const use = (event) => {
    event.preventDefault();
    chat.useKey(box.value.trim());
    chat.askAgain(turn);
  };
  return make("form", { class: "key", submit: use }, make("label", {}, chat.say("key"), box), make("button", {}, chat.say("unlock")));
}

// Parts of cards

function understood(chat, turn) {
  const { steps, text } = turn.reply.understood;
  const again = (words, repair) => button(words, () => chat.askAgain(turn, repair), { class: "undo" });
  if (!turn.repair) return make("p", { class: "understood" }, chat.say("literal"), " — ", again(chat.say("repaired"), true));
  if (!steps.length) return null;
  const line = make("p", { class: "understood" }, chat.say("results"), " ");
  // What was written anew shows in the text; other readings that were searched too stand beside it.
  const also = steps.filter((step) => ALSO_READ.includes(step.kind) && text.includes(step.from));
  const read = also.map((step) => [step.from, " = ", make("b", {}, dayOf(step.to, chat.language))]);
  if (text !== turn.reply.question || !read.length) read.unshift([make("b", {}, text)]);
  read.forEach((words, position) => line.append(position ? ", " : "", ...words));
  line.append(" — ", again(chat.say("literally"), false));
  return line;
}

function answerOf(chat, turn, answer, size = answer.text.length > LONG_ANSWER ? "long" : "large") {
  const { title, source, published, url } = answer.citation;
  const link = linkTo(chat, turn, answer);
  const words = chat.say("sure")[SURE.findIndex((least) => answer.confidence >= least)];
  const date = published && `${chat.say("published")} ${dayOf(published, chat.language)}`;
  const percent = `${chat.say("trust")} ${words} (${Math.round(answer.confidence * 100)} %)`;
  const element = make("div", { class: "answer" });
  // An answer that is the whole sentence is shown once, as the sentence.
  if (answer.text !== answer.sentence) element.append(make("p", { class: `short ${size}`, dir: "auto" }, answer.text));
  element.append(
    sentenceOf(answer),
    make("p", { class: "title", dir: "auto" }, title || source),
    make("p", { class: "facts" }, [source, date, percent].filter(Boolean).join(" · ")),
  );
  if (answer.also.length) element.append(alsoIn(chat, answer.also));
  const actions = [outside(chat.say("open"), link)];
  // The fragment that leads to the words here leads to them on the original page too.
  if (isWeb(url)) actions.push(outside(chat.say("original"), `${url.split("#")[0]}#${link.split("#")[1]}`));
  const quoted = [`“${answer.sentence.trim()}”`, `— ${[title, source, date].filter(Boolean).join(", ")}`, link].join("\n");
  actions.push(button(chat.say("copy"), () => chat.copy(quoted)), button(chat.say("link"), () => chat.copy(link)));
  element.append(make("p", { class: "actions", "aria-live": "off" }, actions));
  return element;
}

function sentenceOf(answer) {
  const { start, end, sentence_start: from } = answer.citation;
  // Offsets count code points, JavaScript strings count UTF-16 units.
  const points = Array.from(answer.sentence);
  const part = (first, last) => points.slice(Math.max(first, 0), Math.max(last, 0)).join("");
  const words = make("mark", {}, part(start - from, end - from));
  return make("blockquote", { dir: "auto" }, part(0, start - from), words, part(end - from, points.length));
}

function alsoIn(chat, places) {
  // One line an article, however often it says so.
  const articles = new Map(places.map((place) => [place.article, place]));
  const lines = [...articles.values()].map((place) =>
    make("li", {}, outside(place.title || place.source, pageOf(chat, place.article, place.start, place.end))),
  );
  return folded(chat.say("also", articles.size), make("ul", {}, lines));
}

function folded(summary, content) {
  return make("details", {}, make("summary", {}, summary), content);
}

function passageOf(chat, found) {
  const link = outside(found.title || found.source, pageOf(chat, found.article, found.start, found.end));
  const quote = make("blockquote", { class: "clamped", dir: "auto" }, found.text.trim());
  return make("div", { class: "passage" }, make("p", { class: "title", dir: "auto" }, link), quote, make("p", { class: "facts" }, found.source));
}

// Where words stand

function pageOf(chat, article, start, end) {
  const url = new URL(`articles/${encodeURIComponent(article)}`, chat.api);
  if (end) url.search = new URLSearchParams({ start, end });
  url.searchParams.set("lang", chat.language);
  return url.href;
}

// The article page marks the other answers of the same article too, and leads from each to the next.
function linkTo(chat, turn, answer) {
  const { article, start, end, link } = answer.citation;
  const others = turn.reply.answers.filter((other) => other !== answer && other.citation.article === article);
  const url = new URL(pageOf(chat, article, start, end));
  if (others.length) url.searchParams.set("quotes", others.map(({ citation }) => `${citation.start}-${citation.end}`));
  return `${url.href}#${link.split("#")[1] ?? ""}`;
}

// What a reader says of an answer

function opinionOf(chat, turn, citation) {
  const place = make("div", { class: "opinion", "aria-live": "off" });
  const fill = (...content) => place.replaceChildren(...content);
  if (turn.said) {
    fill(make("p", { class: "facts" }, chat.say("thanks")));
    return place;
  }
  const say = async (verdict, more = {}) => {
    if (place.inert) return;
    const held = place.contains(place.getRootNode().activeElement);
    place.inert = true;
    const kept = await chat.tellOpinion(turn, citation, verdict, more);
    place.inert = false;
    if (!kept) return;
    fill(make("p", { class: "facts", tabindex: "-1" }, chat.say("thanks")));
    // Not from a reader who has gone on meanwhile.
    if (held && !place.getRootNode().activeElement && document.activeElement === document.body) place.firstChild.focus({ preventScroll: true });
  };
  const ask = () => {
    const buttons = citation
      ? [
          chat.say("opinion"),
          button([thumb(), chat.say("right")], () => say("right")),
          button([thumb(true), chat.say("wrong")], () => fill(reasons()), { "aria-expanded": "false" }),
        ]
      : [button([thumb(), chat.say("absent")], () => say("no_answer_expected"))];
    fill(make("p", { class: "actions" }, buttons));
  };
  const reasons = () => {
    const note = make("textarea", { rows: "2", maxlength: "1000" });
    const choices = Object.entries(chat.say("reasons")).map(([value, label], position) =>
      make("label", {}, make("input", { type: "radio", name: "reason", value, checked: !position }), label),
    );
    const send = (event) => {
      event.preventDefault();
      const reason = new FormData(event.target).get("reason");
      say(reason === "no_answer" ? "no_answer_expected" : "wrong", { reason, note: note.value.trim() || undefined });
    };
    const form = make("form", { submit: send }, [
      make("fieldset", {}, make("legend", {}, chat.say("why")), choices),
      make("label", { class: "note" }, chat.say("note"), note),
      make("p", { class: "actions" }, make("button", {}, chat.say("send")), button(chat.say("cancel"), () => (ask(), place.querySelector("[aria-expanded]").focus()))),
    ]);
    requestAnimationFrame(() => form.querySelector("input").focus());
    return form;
  };
  ask();
  return place;
}
