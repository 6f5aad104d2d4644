"use strict";

const words = document.getElementById("filter");
const step = document.getElementById("step");
const kind = document.getElementById("kind");
const shown = document.getElementById("shown");
const questions = [...document.querySelectorAll(".question")].map((node) => ({ node, text: folded(node.textContent) }));

/** Small letters without accents, so that "thang 7" finds "tháng 7". */
function folded(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

function refresh() {
  const wanted = folded(words.value).split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { node, text } of questions) {
    const fits =
      (!step.value || node.dataset.step === step.value) &&
      (!kind.value || node.dataset.kind === kind.value) &&
      wanted.every((word) => text.includes(word));
    node.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count} shown`;
}

for (const control of [words, step, kind]) {
  control.addEventListener("input", refresh);
}
document.querySelector(".filter").addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("button[data-step]")) {
  button.addEventListener("click", () => {
    step.value = button.dataset.step;
    refresh();
    document.getElementById("wrong").scrollIntoView();
    step.focus({ preventScroll: true });
  });
}
refresh();
