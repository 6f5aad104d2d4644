// Brings the quoted words into view. The address may carry a text fragment, for which browsers scroll to the first
// place with these words, and not before the page is loaded; so the words that are meant are shown after that.
"use strict";

addEventListener("load", () => {
  requestAnimationFrame(() => document.getElementById("quote")?.scrollIntoView({ block: "center" }));
});
