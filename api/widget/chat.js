// <hoidap-chat>: a box in the corner of any page, or a part of it with position="inline".

const MOST_CONTEXT = 5;
const WAIT_SHOWN_AFTER_MS = 300;
const PAUSE_MS = 150;
const LEAST_TYPED = 2;
const MOST_TYPED = 500;
const SCRIPT = document.currentScript;
const HOME = new URL(".", SCRIPT?.src || location.href).href;
const PHONE = matchMedia("(max-width: 480px)");
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

class HoidapChat extends HTMLElement {
  static observedAttributes = ["api", "lang", "heading", "greeting", "examples", "position"];

  #turns = []; // of this conversation, oldest first: question, repair, then reply or failure, said
  #running = null; // the AbortController of the question that waits for its reply
  #edited = null; // the turn whose question is in the box again
  #typed = null; // the AbortController of the suggestions that are looked for
  #picked = -1;
  #opener = null;
  #examples = null; // a promise of questions to begin with
  #connected = false;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
  }

  connectedCallback() {
    this.#connected = true;
    const { turns, key, open } = remembered(this);
    this.#turns = turns.filter((turn) => drawable(this, turn));
    this.key = this.getAttribute("key") || key;
    this.#draw();
    PHONE.addEventListener("change", this.#refit);
    // On a phone the box covers the page, which a reader who has gone on to it wants to see.
    if (open && !PHONE.matches) this.#show();
  }

  disconnectedCallback() {
    this.#connected = false;
    this.#running?.abort();
    this.#typed?.abort();
    PHONE.removeEventListener("change", this.#refit);
  }

  attributeChangedCallback(_name, before, after) {
    if (!this.#connected || before === after) return;
    this.#examples = null;
    const open = this.#panel.open;
    this.#draw();
    if (open && !this.inline) this.#show();
  }

  // Settings

  get api() {
    const named = new URL(this.getAttribute("api") || HOME, document.baseURI).href;
    return named.endsWith("/") ? named : `${named}/`;
  }

  get language() {
    const page = this.parentElement?.closest("[lang]")?.lang;
    const wanted = [this.lang, SCRIPT?.dataset.lang, page, navigator.language].filter(Boolean);
    const codes = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
    return codes.find((code) => Object.hasOwn(LANGUAGES, code)) ?? "vi";
  }

  get inline() {
    return this.getAttribute("position") === "inline";
  }

  say(name, number) {
    const words = LANGUAGES[this.language][name];
    return typeof words === "string" ? words.replace("{n}", number) : words;
  }

  // What a page may call

  show() {
    this.#opener = document.activeElement;
    this.#show();
    this.#box.focus();
  }

  hide() {
    if (this.inline || !this.#panel.open) return;
    this.#panel.close();
    this.#fitLauncher();
    this.#remember();
    const back = this.#opener;
    (back?.isConnected && back !== document.body && back !== this ? back : this.#launcher).focus();
  }

  ask(question) {
    return this.#ask({ question: question.trim(), repair: true });
  }

  // What cards call

  askAgain(turn, repair = turn.repair) {
    return this.#ask({ question: turn.question, repair }, turn);
  }

  async copy(text) {
    this.#tell(this.say((await copied(text, this.#panel)) ? "copied" : "uncopied"), true);
  }

  useKey(key) {
    this.key = key;
    this.#remember();
    this.#examples = null;
    this.#welcome();
  }

  async tellOpinion(turn, citation, verdict, more) {
    try {
      await sendOpinion(this, turn, citation, verdict, more);
    } catch {
      this.#tell(this.say("unsaid"), true);
      return false;
    }
    turn.said = verdict;
    this.#remember();
    return true;
  }

  // Asking

  // `instead`: the turn in whose place the question stands, if it is still there.
  async #ask(turn, instead = null) {
    if (!turn.question || this.#running) return;
    const at = this.#turns.indexOf(instead);
    const position = at < 0 ? this.#turns.length : at;
    const before = this.#turns.slice(0, position).filter((one) => one.reply);
    const context = before.slice(-MOST_CONTEXT).map((one) => one.question);
    const { signal } = (this.#running = new AbortController());
    this.#edit(null, this.#box.value);
    this.#turns.splice(position, 1, turn);
    this.#put(turn, at < 0 ? null : instead);
    this.#fit();
    const waiting = make("p", { class: "waiting", "aria-hidden": "true" }, this.say("searching"));
    const clock = setTimeout(() => {
      this.#places.get(turn)?.append(waiting);
      this.#tell(this.say("searching"));
    }, WAIT_SHOWN_AFTER_MS);
    try {
      turn.reply = await askService(this, turn, context, signal);
      cardOf(this, turn);
    } catch (error) {
      delete turn.reply;
      turn.failure = error instanceof Failure ? error : new Failure(this.say(signal.aborted ? "stop" : "broken"));
    }
    clearTimeout(clock);
    waiting.remove();
    this.#running = null;
    this.#fit();
    this.#tell("");
    // Meanwhile another conversation may have begun.
    if (!this.#turns.includes(turn)) return;
    if (signal.aborted) this.#takeBack(turn, at < 0 ? null : instead);
    else {
      this.#places.get(turn).append(cardOf(this, turn));
      this.#bring(this.#places.get(turn), calm() ? "auto" : "smooth");
    }
    this.#remember();
  }

  // What was stopped gives its place back, or goes into the box again where that is empty.
  #takeBack(turn, instead) {
    if (instead) {
      this.#turns.splice(this.#turns.indexOf(turn), 1, instead);
      this.#put(instead, turn);
    } else if (this.#box.value.trim()) {
      this.#places.get(turn).append(cardOf(this, turn));
    } else {
      this.#turns.splice(this.#turns.indexOf(turn), 1);
      this.#places.get(turn).remove();
      this.#box.value = turn.question;
      this.#fit();
    }
    this.#box.focus({ preventScroll: true });
  }

  // Show a turn at the end or in the place of another, whose focus goes to the box.
  #put(turn, instead) {
    const place = this.#placeOf(turn);
    const old = this.#places.get(instead);
    const held = old?.contains(this.shadowRoot.activeElement);
    if (old) old.replaceWith(place);
    else this.#log.append(place);
    this.#places.delete(instead);
    this.#places.set(turn, place);
    if (held) this.#box.focus({ preventScroll: true });
    this.#bring(place);
  }

  #placeOf(turn) {
    const answered = turn.reply || turn.failure;
    return make("div", { class: "turn" }, questionOf(this, turn), answered ? cardOf(this, turn) : null);
  }

  #submit() {
    if (this.#running) return;
    const question = this.#box.value.trim();
    const edited = this.#edited;
    this.#suggest(null);
    if (!question) return;
    this.#box.value = "";
    this.#ask({ question, repair: true }, edited);
  }

  // ↑ in an empty box takes the last question up again; what is sent then stands in its place.
  #edit(turn, words = turn?.question ?? "") {
    this.#edited = turn;
    this.#box.value = words;
    for (const [one, place] of this.#places) place.classList.toggle("edited", one === turn);
    this.#fit();
  }

  #startAnew() {
    this.#running?.abort();
    this.#turns = [];
    this.#edit(null);
    this.#remember();
    this.#drawTurns();
    this.#box.focus();
  }

  // Suggestions

  async #lookFor(typed) {
    this.#typed?.abort();
    const { signal } = (this.#typed = new AbortController());
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    if (signal.aborted) return;
    if (typed.trim().length < LEAST_TYPED || this.getAttribute("suggestions") === "off") return this.#suggest(null);
    try {
      const found = await suggestionsFor(this, typed, signal);
      if (!signal.aborted) this.#suggest(found);
    } catch {
      // Asking will say what is wrong.
      if (!signal.aborted) this.#suggest(null);
    }
  }

  #suggest(found) {
    this.#typed?.abort();
    const option = (content, take) =>
      make("li", { role: "option", "aria-selected": "false", click: take, pointerdown: (event) => event.preventDefault() }, content);
    const questions = (found?.questions ?? []).map((question) =>
      option(question, () => {
        this.#box.value = question;
        this.#submit();
      }),
    );
    const articles = (found?.articles ?? []).map(({ article, title }) =>
      option([make("small", {}, this.say("article")), " ", title], () => {
        this.#suggest(null);
        open(pageOf(this, article), "_blank", "noopener");
      }),
    );
    const options = [...questions, ...articles];
    options.forEach((each, position) => (each.id = `option-${position}`));
    this.#list.replaceChildren(...options);
    this.#list.hidden = !options.length;
    this.#pick(-1);
    if (options.length) this.#tell(this.say("suggested", options.length));
  }

  #pick(position) {
    const options = [...this.#list.children];
    this.#picked = position;
    options.forEach((option, each) => option.setAttribute("aria-selected", each === position));
    if (position < 0) this.#box.removeAttribute("aria-activedescendant");
    else this.#box.setAttribute("aria-activedescendant", `option-${position}`);
  }

  // Keys

  #onKey(event) {
    // While an input method composes a syllable, keys belong to it (229 is what older Safari reports).
    if (event.isComposing || event.keyCode === 229) return;
    const options = this.#list.children.length;
    const typing = event.target === this.#box;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") this.#escape();
    else if (!typing) return;
    else if (event.key === "Enter" && !event.shiftKey) {
      if (this.#picked >= 0) this.#list.children[this.#picked].click();
      else this.#submit();
    } else if (arrow && options) {
      // Before the first and behind the last stands what was typed.
      this.#pick(((this.#picked + 1 + arrow + options + 1) % (options + 1)) - 1);
    } else if (event.key === "ArrowUp" && !this.#box.value && !this.#running && this.#turns.length) {
      this.#edit(this.#turns.at(-1));
    } else return;
    event.preventDefault();
  }

  #escape() {
    if (!this.#list.hidden) this.#suggest(null);
    else if (this.#edited) this.#edit(null);
    else if (this.#running) this.#running.abort();
    else this.hide();
  }

  // Drawing

  #launcher;
  #panel;
  #log;
  #box;
  #list;
  #button;
  #status;
  #start;
  #scroll;
  #places = new Map(); // the element of each turn

  #draw() {
    this.#edited = null;
    const heading = this.getAttribute("heading") || this.say("heading");
    this.#launcher = button(heading, () => this.show(), { class: "launcher", part: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false" });
    const anew = button(this.say("fresh"), () => this.#startAnew(), { class: "quiet" });
    const close = this.inline ? null : button("×", () => this.hide(), { class: "close", "aria-label": this.say("close") });
    this.#start = make("div", { class: "start" });
    this.#log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": this.say("log") });
    this.#scroll = make("div", { class: "scroll" }, this.#start, this.#log);
    this.#status = make("p", { class: "status", role: "status" });
    this.#list = make("ul", { id: "suggestions", role: "listbox", "aria-label": this.say("suggestions"), hidden: true });
    this.#box = make("textarea", {
      id: "question", rows: "1", maxlength: MOST_TYPED, placeholder: this.say("placeholder"), enterkeyhint: "send", autocomplete: "off",
      dir: "auto", "aria-autocomplete": "list", "aria-controls": "suggestions", "aria-describedby": "hint",
      input: () => (this.#fit(), this.#pick(-1), this.#lookFor(this.#box.value)),
      blur: () => this.#suggest(null),
    });
    this.#button = make("button", {});
    const submit = (event) => {
      event.preventDefault();
      if (this.#running) this.#running.abort();
      else this.#submit();
    };
    const form = make("form", { class: "asking", submit }, make("label", { class: "hidden", for: "question" }, this.say("box")), this.#box, this.#button);
    const attributes = { class: "panel", part: "panel", "aria-labelledby": "heading", lang: this.language, keydown: (event) => this.#onKey(event) };
    this.#panel = make(this.inline ? "section" : "dialog", attributes, [
      make("header", {}, make("h2", { id: "heading" }, heading), anew, close),
      this.#scroll,
      make("footer", {}, this.#status, this.#list, form, make("p", { class: "hint", id: "hint" }, this.say("hint"))),
    ]);
    // Where the focus is on nothing, and where a phone goes back, the browser itself would close the box.
    this.#panel.addEventListener("cancel", (event) => (event.preventDefault(), this.#escape()));
    this.#panel.addEventListener("close", () => this.#fitLauncher());
    // The page's own shortcuts are not meant by what is typed here.
    for (const name of ["keydown", "keyup", "keypress"]) this.#panel.addEventListener(name, (event) => event.stopPropagation());
    this.shadowRoot.replaceChildren(...(this.inline ? [this.#panel] : [this.#launcher, this.#panel]));
    this.#drawTurns();
    this.#fit();
    if (this.inline) this.#welcome();
  }

  // What was said before is not read out again: only what comes later is announced.
  #drawTurns() {
    this.#log.setAttribute("aria-live", "off");
    this.#places = new Map();
    for (const turn of this.#turns) this.#places.set(turn, this.#placeOf(turn));
    this.#log.replaceChildren(...this.#places.values());
    setTimeout(() => this.#log.setAttribute("aria-live", "polite"));
    this.#bring(this.#log.lastChild);
  }

  // Within the box only: the page around it stays where it is.
  #bring(turn, behavior = "auto") {
    if (turn) this.#scroll.scrollTo({ behavior, top: turn.offsetTop - this.#scroll.offsetTop });
  }

  async #welcome() {
    const named = this.getAttribute("examples");
    if (named === "") this.#examples = Promise.resolve([]);
    const start = this.#start;
    start.replaceChildren(make("p", {}, this.getAttribute("greeting") || this.say("greeting")));
    this.#examples ??= named ? Promise.resolve(named.split("|")) : request(this, "collection").then((found) => found.examples ?? []);
    const examples = await this.#examples.catch(() => ((this.#examples = null), []));
    const questions = examples.map((example) => example.trim()).filter(Boolean);
    if (!questions.length || start.children.length > 1) return;
    const buttons = questions.map((question) => make("li", {}, button(question, () => this.ask(question), { dir: "auto" })));
    start.append(make("p", { id: "examples" }, this.say("examples")), make("ul", { "aria-labelledby": "examples" }, buttons));
  }

  #show() {
    if (this.inline || this.#panel.open) return;
    this.#welcome();
    if (PHONE.matches) this.#panel.showModal();
    else this.#panel.open = true; // which, unlike show(), takes no focus
    this.#fitLauncher();
    this.#remember();
    this.#bring(this.#log.lastChild);
  }

  // From a box beside the page to one that covers it, and back.
  #refit = () => {
    if (this.inline || !this.#panel.open) return;
    const held = this.shadowRoot.activeElement;
    this.#panel.close();
    this.#show();
    held?.focus();
  };

  #fitLauncher() {
    const open = Boolean(this.#panel.open);
    this.#launcher.setAttribute("aria-expanded", open);
    this.#launcher.classList.toggle("behind", open);
  }

  #fit() {
    this.#button.textContent = this.say(this.#running ? "stop" : "ask");
    this.#log.setAttribute("aria-busy", Boolean(this.#running));
    this.#box.style.height = "auto";
    this.#box.style.height = `${this.#box.scrollHeight + 2}px`;
  }

  #tell(words, seen = false) {
    this.#status.textContent = words;
    this.#status.classList.toggle("seen", seen);
  }

  #remember() {
    remember(this, { turns: this.#turns, key: this.key, open: Boolean(this.#panel.open) });
  }
}

// What another version of this script remembered may lack what this one shows.
function drawable(chat, turn) {
  try {
    return Boolean(turn.reply && cardOf(chat, turn));
  } catch {
    return false;
  }
}

function questionOf(chat, turn) {
  return make("h3", { class: "question", dir: "auto" }, hidden(`${chat.say("you")} `), turn.question);
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

customElements.get("hoidap-chat") ?? customElements.define("hoidap-chat", HoidapChat);

// A page that names no element gets one in the corner, with the settings of the script.
function placeOne() {
  if (!SCRIPT || SCRIPT.dataset.manual !== undefined || document.querySelector("hoidap-chat")) return;
  document.body.append(make("hoidap-chat", { ...SCRIPT.dataset }));
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", placeOne);
else placeOne();
