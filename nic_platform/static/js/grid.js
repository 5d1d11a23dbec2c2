/* The data entry grid: keys, pasting a block from a spreadsheet, its undo, marks of what changed, a warning before
   leaving. Without this file the same cells are a plain form. */
(() => {
  "use strict";
  const form = document.querySelector("[data-grid]");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const say = form.querySelector("[data-say]");
  const undoButton = form.querySelector("[data-undo]");
  const ask = form.querySelector("[data-comma]");
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const grid = rows.map((row) => [...row.querySelectorAll("td.gc")].map((td) => td.querySelector("input:not([type=hidden])")));
  const place = new Map();
  grid.forEach((row, y) => row.forEach((input, x) => { if (input) place.set(input, [y, x]); }));
  const boxes = [...place.keys()];
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let lastPaste = null;
  let leaving = false;

  /* ---- what changed: the first box of a cell carries the mark for the whole figure */
  const isChanged = (input) => input.value.trim() !== input.dataset.was;
  const firstOf = (input) => {
    let td = input.closest("td");
    while (!td.classList.contains("first")) td = td.previousElementSibling;
    return td;
  };
  const figure = (first) => {
    const tds = [first];
    for (let td = first.nextElementSibling; td && !td.classList.contains("first") && td.classList.contains("gc"); td = td.nextElementSibling) tds.push(td);
    return tds;
  };
  const changedFigures = () => new Set(boxes.filter(isChanged).map(firstOf)).size;
  const tell = (text = "") => {
    const count = changedFigures();
    const state = count === 0 ? "" : count === 1 ? words.one : fill(words.many, { count });
    say.textContent = [text, state].filter(Boolean).join(" ");
  };
  const mark = (input) => {
    const first = firstOf(input);
    const tds = figure(first);
    const changed = tds.some((td) => { const box = td.querySelector("input:not([type=hidden])"); return box && isChanged(box); });
    tds.forEach((td) => td.classList.toggle("now-changed", changed));
    const label = first.querySelector(".gm");
    if (/is-(mend|asked|meanwhile)/.test(first.className)) return;
    if (label.dataset.old === undefined) label.dataset.old = first.classList.contains("is-changed") ? "" : label.innerHTML;
    tds.forEach((td) => td.classList.remove("is-changed"));
    if (changed) {
      const shape = document.createElement("span");
      shape.setAttribute("aria-hidden", "true");
      shape.textContent = "◆";
      label.replaceChildren(shape, ` ${words.changed}`);
    } else label.innerHTML = label.dataset.old;
  };
  const put = (input, text) => { input.value = text; mark(input); };

  /* ---- moving */
  const go = (y, x, dy, dx) => {
    let [toY, toX] = [y + dy, x + dx];
    while (grid[toY] && toX >= 0 && toX < grid[toY].length) {
      const target = grid[toY][toX];
      if (target && target.offsetParent !== null) { target.focus(); target.select(); return true; }
      toY += dy; toX += dx;
    }
    return false;
  };
  const keys = (e) => {
    const input = e.target;
    const [y, x] = place.get(input);
    if (e.isComposing || e.altKey) return;
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && e.key.toLowerCase() === "z" && lastPaste) {
      e.preventDefault(); undo(); return;
    }
    if (e.ctrlKey || e.metaKey) return;
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const moves = {
      ArrowUp: () => go(y, x, -1, 0), ArrowDown: () => go(y, x, 1, 0),
      ArrowLeft: () => (all || input.selectionEnd === 0) && go(y, x, 0, -1),
      ArrowRight: () => (all || input.selectionStart === input.value.length) && go(y, x, 0, 1),
      Enter: () => { go(y, x, e.shiftKey ? -1 : 1, 0); return true; },
      Escape: () => { put(input, input.dataset.was); input.select(); tell(); e.stopPropagation(); return true; },
    };
    if (e.shiftKey && e.key !== "Enter") return;
    if (moves[e.key] && moves[e.key]()) e.preventDefault();
  };

  /* ---- pasting */
  const point = (text) => text.replace(",", ".");
  const hasComma = (text) => /^\s*[+-]?\d+,\d+\s*%?$/.test(text) && !/^\s*[+-]?\d{1,3}(,\d{3})+\s*%?$/.test(text);
  const undo = () => {
    lastPaste.forEach(([input, text]) => put(input, text));
    lastPaste = null;
    undoButton.hidden = true;
    askAboutCommas();
    tell(words.undone);
  };
  const askAboutCommas = () => {
    const found = boxes.filter((input) => isChanged(input) && hasComma(input.value));
    ask.hidden = found.length === 0;
    if (!found.length) return;
    const example = found[0].value.trim();
    ask.querySelector("span").textContent = fill(found.length === 1 ? words.comma_one : words.comma, { count: found.length, example, point: point(example) });
  };
  const paste = (e) => {
    const text = e.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    e.preventDefault();
    const [y, x] = place.get(e.target);
    const before = [];
    let over = 0;
    text.split("\n").forEach((line, down) => line.split("\t").forEach((value, right) => {
      const input = (grid[y + down] || [])[x + right];
      if (!input) { if (value.trim()) over += 1; return; }
      before.push([input, input.value]);
      put(input, value.trim());
    }));
    lastPaste = before;
    undoButton.hidden = false;
    askAboutCommas();
    tell([fill(words.pasted, { count: before.length }), over ? fill(over === 1 ? words.over_one : words.over, { count: over }) : ""].join(" ").trim());
  };

  /* ---- a figure's group is mostly as large as the day before: its size comes along, marked as changed */
  const bringSize = (input) => {
    const td = input.closest("td");
    const next = td.nextElementSibling && td.nextElementSibling.querySelector("input[name^='population:']");
    if (!input.name.startsWith("count:") || !input.value.trim() || /\D/.test(input.value.trim()) || !next || next.value) return;
    const [y, x] = place.get(next);
    for (let up = y - 1; up >= 0; up -= 1) {
      const above = grid[up][x];
      if (above && above.name.startsWith("population:") && above.value.trim()) { put(next, above.value.trim()); break; }
    }
  };
  const isByDay = !form.querySelector(".by-measure");

  boxes.forEach((input) => {
    input.addEventListener("keydown", keys);
    input.addEventListener("paste", paste);
    input.addEventListener("input", () => { lastPaste = null; undoButton.hidden = true; mark(input); tell(); });
    input.addEventListener("change", () => { if (isByDay) bringSize(input); askAboutCommas(); tell(); });
    input.addEventListener("focus", () => input.select());
    if (isChanged(input)) mark(input);
  });
  undoButton.addEventListener("click", () => { if (lastPaste) { const [[first]] = lastPaste; undo(); first.focus(); } });
  ask.querySelector("button").addEventListener("click", () => {
    const found = boxes.filter((input) => isChanged(input) && hasComma(input.value));
    found.forEach((input) => put(input, point(input.value)));
    askAboutCommas();
    tell();
    if (found[0]) found[0].focus();
  });
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });
  askAboutCommas();
  addEventListener("beforeunload", (e) => { if (!leaving && changedFigures()) e.preventDefault(); });
  tell();

  /* ---- on a phone one day at a time */
  const pager = form.querySelector("[data-pager]");
  if (!pager || rows.length < 2) return;
  const wrong = rows.findIndex((row) => row.querySelector("[aria-invalid]"));
  let at = wrong >= 0 ? wrong : rows.length - 1;
  const show = () => {
    rows.forEach((row, y) => {
      row.classList.toggle("is-now", y === at);
      const below = row.nextElementSibling;
      if (below && below.classList.contains("gs")) below.classList.toggle("is-now", y === at);
    });
    pager.querySelector("span").textContent = fill(words.now, { at: at + 1, all: rows.length });
    pager.querySelectorAll("button").forEach((b) => b.setAttribute("aria-disabled", String(!rows[at + Number(b.dataset.step)])));
  };
  pager.querySelectorAll("button").forEach((b) => b.addEventListener("click", () => {
    if (rows[at + Number(b.dataset.step)]) { at += Number(b.dataset.step); show(); }
  }));
  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[href^='#c-']");
    const box = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!box) return;
    e.preventDefault();
    at = rows.indexOf(box.closest("tr"));
    show();
    box.focus();
  });
  form.classList.add("by-day");
  pager.hidden = false;
  show();
})();
