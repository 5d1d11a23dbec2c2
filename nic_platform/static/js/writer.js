/* The coach answers while a person types. Without this file the form answers on "Check this sentence". */
(() => {
  "use strict";
  const side = document.querySelector("[data-coach-url]");
  const form = side && side.closest("form");
  if (!form) return;
  const block = side.querySelector("[data-coach-block]");
  const verdict = block.querySelector("[data-verdict]");
  const rest = () => block.querySelector("[data-coach-rest]");
  const own = new Set(); // blanks that the person typed into, or that were filled when the page came
  const filled = new Map(); // what the coach put into a blank, by name
  const field = (name) => form.elements.namedItem(name);
  const radio = (found) => found instanceof RadioNodeList;
  for (const each of form.elements) if (each.name && each.value && each.type !== "radio") own.add(each.name);
  let timer = 0, asked = 0, stop = null;

  /* Fill what the person has left empty; what they typed stays theirs. */
  const fill = (answer) => {
    const taken = new Map([...answer.querySelectorAll("[data-field]")].map((each) => [each.dataset.field, each.value]));
    for (const [name, value] of filled) {
      const box = field(name);
      if (!taken.has(name) && box && !radio(box) && box.value === value) { box.value = ""; filled.delete(name); }
    }
    const hasDay = own.has("due_on") || own.has("begins_on"), hasTarget = own.has("target");
    for (const [name, value] of taken) {
      const box = field(name);
      if (!box || own.has(name)) continue;
      if ((hasDay && ["timing", "due_on", "begins_on", "frequency"].includes(name)) || (hasTarget && name === "counts")) continue;
      if (box.value !== value) box.value = value;
      if (!radio(box)) filled.set(name, value);
    }
    if (!taken.has("timing") && taken.has("due_on") && !hasDay && !own.has("timing")) {
      const box = field("timing");
      if (box) box.value = "by";
    }
  };

  const ask = async () => {
    const turn = ++asked;
    if (stop) stop.abort();
    stop = new AbortController();
    side.classList.add("waits");
    try {
      const data = new FormData(form);
      for (const name of filled.keys()) data.delete(name); // the coach's own words are no evidence for it
      const answer = await fetch(side.dataset.coachUrl, { method: "POST", body: data, signal: stop.signal, credentials: "same-origin" });
      if (!answer.ok || turn !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector("[data-verdict]").textContent;
      if (verdict.textContent !== said) verdict.textContent = said;
      const fresh = page.querySelector("[data-coach-rest]");
      const old = rest();
      fresh.style.minHeight = `${old.offsetHeight}px`; // what stands below does not jump up while a person types
      fill(fresh);
      if (!old.contains(document.activeElement)) old.replaceWith(fresh);
      const fit = page.querySelector("[data-fit]"), shown = document.querySelector("[data-fit]");
      if (fit && shown) shown.replaceWith(fit);
    } catch { /* the button still works */ } finally {
      if (turn === asked) side.classList.remove("waits");
    }
  };
  const later = (event) => {
    const name = event.target.name;
    if (!name || block.contains(event.target)) return;
    if (name !== "line") { own.add(name); filled.delete(name); }
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { clearTimeout(timer); if (stop) stop.abort(); });

  document.querySelectorAll("[data-insert]").forEach((each) => each.addEventListener("click", (event) => {
    const line = field("line");
    if (!line) return;
    event.preventDefault();
    line.value = each.dataset.insert;
    line.focus();
    clearTimeout(timer);
    ask();
  }));
})();
