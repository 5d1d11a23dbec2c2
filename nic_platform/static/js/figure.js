/* Full figures: reads a Plotly figure from a JSON element or an address and draws it in the page's palette.
   Colours in a figure are names of the palette ("up", "down", "plain", "ink", …), so one figure serves both themes. */
(() => {
  "use strict";
  const NAMES = ["paper", "wash", "sheet", "ink", "ink-2", "ink-3", "rule", "edge", "brand", "hi", "hi-ink", "up", "up-wash", "down", "down-wash", "plain", "ci", "area"];

  /* A canvas resolves light-dark() and var() to a plain colour that Plotly understands. */
  const palette = () => {
    const probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
    const found = {};
    NAMES.forEach((name) => {
      probe.style.color = `var(--${name})`;
      found[name] = getComputedStyle(probe).color;
    });
    probe.remove();
    return found;
  };

  const paint = (value, colours) => {
    if (Array.isArray(value)) return value.map((each) => paint(each, colours));
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, paint(v, colours)]));
    return typeof value === "string" && value.startsWith("--") && value.slice(2) in colours ? colours[value.slice(2)] : value;
  };

  const frame = (colours, phone) => {
    const axis = { gridcolor: colours.rule, linecolor: colours.edge, zerolinecolor: colours.edge, tickcolor: colours.edge, automargin: true };
    return {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, autosize: true,
      margin: { l: 44, r: phone ? 16 : 90, t: 16, b: 40 }, hovermode: "closest", dragmode: false,
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: colours.ink },
      hoverlabel: { bgcolor: colours.sheet, bordercolor: colours.edge, font: { color: colours.ink } },
      colorway: [colours.plain, colours.up, colours.down], xaxis: axis, yaxis: axis,
    };
  };

  const merged = (base, own) => {
    const out = { ...base };
    Object.entries(own || {}).forEach(([k, v]) => {
      out[k] = v && typeof v === "object" && !Array.isArray(v) && base[k] ? merged(base[k], v) : v;
    });
    return out;
  };

  /* Names of months and days as the page's language has them; figures stay those of the country. English is Plotly's own. */
  const speech = () => {
    const lang = document.documentElement.lang || "en";
    if (lang === "en") return {};
    const names = (choice, days) => days.map((day) => new Intl.DateTimeFormat(`${lang}-US`, { ...choice, timeZone: "UTC" }).format(day).replace(/\.$/, ""));
    const months = [...Array(12).keys()].map((at) => new Date(Date.UTC(2024, at, 1)));
    const week = [...Array(7).keys()].map((at) => new Date(Date.UTC(2024, 8, 1 + at))); // 1 September 2024 was a Sunday
    const format = {
      months: names({ month: "long" }, months), shortMonths: names({ month: "short" }, months),
      days: names({ weekday: "long" }, week), shortDays: names({ weekday: "short" }, week),
      date: "%d/%m/%Y", decimal: ".", thousands: ",", grouping: [3], year: "%Y", month: "%b %Y", dayMonth: "%-d %b", dayMonthYear: "%-d %b %Y",
    };
    return { locale: lang, locales: { [lang]: { dictionary: {}, format } } };
  };

  const draw = async (place) => {
    const source = place.dataset.source;
    const figure = source
      ? await (await fetch(source, { headers: { Accept: "application/json" } })).json()
      : JSON.parse(document.getElementById(place.dataset.figure).textContent);
    const show = () => {
      const colours = palette();
      const layout = merged(frame(colours, place.clientWidth < 560), paint(figure.layout, colours));
      return window.Plotly.react(place, paint(figure.data, colours), layout, { displaylogo: false, responsive: true, displayModeBar: false, scrollZoom: false, ...speech() });
    };
    await show();
    place.dataset.ready = "true";
    document.addEventListener("themechange", show);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  };

  document.querySelectorAll("[data-figure], [data-source]").forEach((place) => {
    draw(place).catch(() => { place.dataset.ready = "failed"; place.closest("figure")?.querySelector("details")?.setAttribute("open", ""); });
  });
})();
