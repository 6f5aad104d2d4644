// Brings the quoted words into view. The address may carry a text fragment, for which browsers scroll to the first
// place with these words, and not before the page is loaded; so the words that are meant are shown after that.
"use strict";

const marks = [...document.querySelectorAll("article mark")];
const at = (id) => document.getElementById(id);
let current = Math.max(0, marks.indexOf(at("quote")));

addEventListener("load", () => requestAnimationFrame(() => marks.length && show(current)));

if (marks.length > 1) {
  at("quotes").hidden = false;
  at("previous").addEventListener("click", () => show((current + marks.length - 1) % marks.length));
  at("next").addEventListener("click", () => show((current + 1) % marks.length));
}

function show(position) {
  marks[current].removeAttribute("aria-current");
  current = position;
  marks[current].setAttribute("aria-current", "true");
  marks[current].scrollIntoView({ block: "center" });
  at("position").textContent = `${current + 1} / ${marks.length}`;
}
