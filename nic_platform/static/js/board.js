/* The series board: a milestone's mark can be dragged to another school day. Letting go opens the form that
   shows what follows; nothing is saved here, and the form is reached by a link as well. */
(() => {
  "use strict";
  const say = document.querySelector(".drag-say");
  const how = document.querySelector(".drag-how");
  if (!say) return;
  const DAY = 86400000;
  const at = (text) => Date.parse(`${text}T00:00:00Z`);
  const iso = (time) => new Date(time).toISOString().slice(0, 10);
  const words = (time) => new Intl.DateTimeFormat(document.documentElement.lang || "en",
    { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" }).format(time);
  const data = { ...JSON.parse(say.dataset.words), off: [] };
  fetch(say.dataset.days, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : { off: [] }))
    .then(({ off }) => { data.off = off; })
    .catch(() => { /* without the calendar weekends alone are left out; the form names the rest */ });
  let any = false;

  const schoolDay = (time) => {
    const hit = data.off.find(([first, last]) => time >= at(first) && time <= at(last));
    const weekday = new Date(time).getUTCDay();
    return { free: !hit && weekday > 0 && weekday < 6, name: hit ? hit[2] : "" };
  };

  /* The nearest school day, the earlier of two as near. */
  const nearest = (time) => {
    for (let away = 0; away < 120; away += 1) {
      for (const sign of [-1, 1]) {
        const day = time + sign * away * DAY;
        if (schoolDay(day).free && day >= at(data.first) && day <= at(data.last)) return day;
      }
    }
    return time;
  };

  const begin = (grip, event) => {
    const svg = grip.ownerSVGElement;
    const toUser = () => svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const from = at(grip.dataset.on);
    const x0 = Number(grip.getAttribute("cx"));
    const perDay = Number(grip.dataset.perDay);
    const start = event.clientX;
    const guide = document.createElementNS("http://www.w3.org/2000/svg", "line");
    guide.setAttribute("class", "drag-line");
    guide.setAttribute("y1", "4");
    guide.setAttribute("y2", String(svg.viewBox.baseVal.height - 18));
    svg.append(guide);
    let to = from;
    let moved = false;
    grip.setPointerCapture(event.pointerId);
    grip.classList.add("held");
    event.preventDefault();

    const drag = (e) => {
      const away = Math.round(((e.clientX - start) * toUser()) / perDay);
      const wanted = Math.min(Math.max(from + away * DAY, at(data.first)), at(data.last));
      moved = moved || Math.abs(e.clientX - start) > 4;
      to = away === 0 ? from : nearest(wanted);
      const x = x0 + ((to - from) / DAY) * perDay;
      grip.setAttribute("cx", x);
      guide.setAttribute("x1", x);
      guide.setAttribute("x2", x);
      const off = schoolDay(wanted);
      const text = to === from ? data.stays : off.name ? data.off_words : data.to;
      say.textContent = text.replace("{day}", words(to)).replace("{name}", off.name);
      say.hidden = false;
    };
    const end = (isDone) => {
      grip.removeEventListener("pointermove", drag);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", cancel);
      document.removeEventListener("keydown", escape);
      grip.classList.remove("held");
      guide.remove();
      if (isDone && moved && to !== from) {
        location.assign(`/milestones/${grip.dataset.key}/adjust?to=${iso(to)}`);
        return;
      }
      grip.setAttribute("cx", x0);
      say.hidden = true;
    };
    const drop = () => end(true);
    const cancel = () => end(false);
    const escape = (e) => { if (e.key === "Escape") cancel(); };
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", cancel);
    document.addEventListener("keydown", escape);
  };

  document.querySelectorAll("figure[data-drag]").forEach((figure) => {
    figure.classList.add("can-drag");
    figure.querySelectorAll(".grip").forEach((grip) => {
      any = true;
      grip.addEventListener("pointerdown", (e) => { if (e.isPrimary && e.button === 0) begin(grip, e); });
    });
  });
  if (how) how.hidden = !any;
})();
