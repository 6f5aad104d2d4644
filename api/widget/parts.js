// Elements, dates, the clipboard. Text from outside enters the page as text nodes only.

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null));
  return element;
}

function button(label, click, attributes = {}) {
  return make("button", { type: "button", click, ...attributes }, label);
}

// A thumb, which fonts may lack.
function thumb(down) {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", "M1 9h3v9H1zM6 9l4-8c2 0 3 2 2 6h6l-2 11H6z");
  icon.setAttribute("viewBox", "0 0 19 19");
  icon.setAttribute("aria-hidden", "true");
  if (down) icon.setAttribute("class", "down");
  icon.append(path);
  return icon;
}

function hidden(text) {
  return make("span", { class: "hidden", dir: "ltr" }, text);
}

function outside(label, href) {
  return make("a", { href, target: "_blank", rel: "noopener" }, label);
}

// A day of ISO 8601; anything else, such as a month or a year, stays as it is.
function dayOf(text, language) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return text;
  const month = language === "vi" ? "numeric" : "long";
  return new Date(text).toLocaleDateString(language, { day: "numeric", month, year: "numeric", timeZone: "UTC" });
}

function isWeb(address) {
  return /^https?:\/\//i.test(address ?? "");
}

// Browsers give pages without HTTPS no clipboard; there an old command still copies what is selected.
async function copied(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = make("textarea", { class: "hidden", readonly: true });
    box.value = text;
    const before = place.getRootNode().activeElement;
    place.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus();
    return done;
  }
}
