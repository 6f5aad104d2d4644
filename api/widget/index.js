// The chat page beside the widget: what the collection holds, and the line that puts the widget on another page.
"use strict";

const language = document.documentElement.lang;
const at = (id) => document.getElementById(id);

at("embed").textContent = at("embed").textContent.replace("/widget.js", new URL("widget.js", location.href).href);

fetch("collection").then((reply) => (reply.ok ? reply.json() : null)).then((collection) => collection && describe(collection), () => null);

function describe({ articles, newest }) {
  at("articles").textContent = articles.toLocaleString(language);
  const latest = newest[0]?.published;
  if (latest) {
    at("latest").dateTime = latest;
    at("latest").textContent = dayOf(latest);
    at("until").hidden = false;
  }
  at("newest").replaceChildren(...newest.map(lineOf));
  at("collection").hidden = false;
}

function lineOf({ id, title, source, published }) {
  const link = document.createElement("a");
  link.href = `articles/${encodeURIComponent(id)}?lang=${language}`;
  link.textContent = title || source;
  const line = document.createElement("li");
  line.append(link);
  if (published) line.append(` (${dayOf(published)})`);
  return line;
}

function dayOf(published) {
  const month = language === "vi" ? "numeric" : "long";
  return new Date(published).toLocaleDateString(language, { day: "numeric", month, year: "numeric", timeZone: "UTC" });
}
