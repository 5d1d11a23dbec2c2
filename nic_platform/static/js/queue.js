/* Sorting with arrow keys and Enter, and choosing many reports. Every form works without this file. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];

  /* The next report to sort takes the focus after one was filed: arrow keys choose a theme, Enter files. */
  $$("form[data-sort]").forEach((form) => {
    const radios = $$("input[type=radio]", form), title = $("[data-for-new]", form);
    const show = () => { if (title) title.hidden = !$("[data-new]", form).checked; };
    radios.forEach((radio) => radio.addEventListener("change", show));
    show();
    const begin = () => { if (!form.contains(document.activeElement)) ($("input[type=radio]:checked", form) || radios[0]).focus(); };
    /* Browsers take the focus away when they go to the anchor, which is after the page was loaded. */
    if (location.hash === "#new" && !$("[data-problems]")) addEventListener("load", () => setTimeout(begin, 50));
    form.addEventListener("keydown", (e) => {
      if (e.target.type !== "radio") return;
      /* Where nothing stands chosen, the first arrow chooses the theme that has the focus, not the one after it. */
      if (/^Arrow/.test(e.key) && !radios.some((radio) => radio.checked)) {
        e.preventDefault();
        e.target.checked = true;
        show();
      }
      if (e.key !== "Enter") return;
      const input = title && !title.hidden && $("input", title);
      if (input && !input.value.trim()) { e.preventDefault(); input.focus(); }
    });
  });

  /* Arrow keys go from box to box, the space bar ticks; the number of those chosen is said. */
  $$("[data-pick]").forEach((table) => {
    const boxes = $$("input[type=checkbox]", table), said = $("[data-picked]");
    const count = () => {
      const many = boxes.filter((box) => box.checked).length;
      if (said) said.textContent = many ? said.dataset.words.replace("{n}", many) : "";
    };
    if (said) said.setAttribute("role", "status");
    table.addEventListener("change", count);
    table.addEventListener("keydown", (e) => {
      const place = boxes.indexOf(e.target), step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (place < 0 || !step) return;
      e.preventDefault();
      (boxes[place + step] || e.target).focus();
    });
    count();
  });
})();
