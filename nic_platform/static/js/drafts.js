/* Forms marked with data-draft are saved as one types. What was not acknowledged yet lies in this browser, under the
   person who typed it, and is sent when the connection is back, also after the page was closed. Nothing that somebody
   else saved is overwritten: both versions are shown. Every form works without this file. */
(() => {
  "use strict";
  const PREFIX = "nic-draft:";
  const QUIET = 2500, LATEST = 8000, TIMEOUT = 20000; // milliseconds
  const OLD = 30 * 86400000;
  const person = document.body.dataset.person;
  if (!person) return;

  /* ------------------------------------------------ what lies in this browser */
  const store = {
    get(k) { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
    set(k, v) { try { localStorage.setItem(k, JSON.stringify(v)); return true; } catch { return false; } },
    drop(k) { try { localStorage.removeItem(k); } catch { /* private mode */ } },
    keys(start) { try { return Object.keys(localStorage).filter((k) => k.startsWith(start)).sort(); } catch { return []; } },
  };
  const mine = `${PREFIX}${person}:`;
  const tab = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 10)}`;
  store.keys(PREFIX).forEach((k) => { const kept = store.get(k); if (!kept || Date.now() - kept.at > OLD) store.drop(k); });

  /* A page holds a lock as long as it lives, so that another page knows whose words are still being typed. */
  const LOCK = (owner) => `${PREFIX}${owner}`;
  if (navigator.locks) navigator.locks.request(LOCK(tab), () => new Promise(() => {})).catch(() => {});
  const isAlive = async (owner) => {
    if (!navigator.locks) return false;
    try { return (await navigator.locks.query()).held.some((lock) => lock.name === LOCK(owner)); } catch { return false; }
  };
  const ownerOf = (key) => key.slice(key.lastIndexOf("#") + 1);
  const formOf = (key) => key.slice(mine.length, key.lastIndexOf("#"));

  /* Signing out takes every word of this person off this device; what was never sent is asked about first. */
  document.addEventListener("submit", (event) => {
    if (!event.target.matches('form[action$="/sign-out"]')) return;
    const kept = store.keys(mine);
    if (kept.length && !confirm(document.body.dataset.unsent)) { event.preventDefault(); return; }
    kept.forEach(store.drop);
    drafts.forEach((draft) => draft.forget());
  });

  /* ------------------------------------------------ values of a form, by name: lists of texts */
  const SKIP = new Set(["csrf_token", "version", "merged", "action", "person"]);
  const controls = (form) => [...form.elements].filter((el) => el.name && !SKIP.has(el.name) && !["file", "submit", "button", "fieldset", "output"].includes(el.type));
  const read = (form, isOn, value) => {
    const found = {};
    controls(form).forEach((el) => {
      found[el.name] ??= [];
      if (el.type === "checkbox" || el.type === "radio") { if (isOn(el)) found[el.name].push(el.value); }
      else if (el.tagName === "SELECT") [...el.options].forEach((o) => { if (isOn(o)) found[el.name].push(o.value); });
      else found[el.name].push(value(el));
    });
    return found;
  };
  const typed = (form) => read(form, (el) => (el.tagName === "OPTION" ? el.selected : el.checked), (el) => el.value);
  const opened = (form) => {
    const found = read(form, (el) => (el.tagName === "OPTION" ? el.defaultSelected : el.defaultChecked), (el) => el.defaultValue);
    controls(form).forEach((el) => { if (el.tagName === "SELECT" && !el.multiple && !found[el.name].length && el.options.length) found[el.name] = [el.options[0].value]; });
    return found;
  };
  const write = (form, fields) => controls(form).forEach((el) => {
    const values = fields[el.name];
    if (!values) return;
    if (el.type === "checkbox" || el.type === "radio") el.checked = values.includes(el.value);
    else if (el.tagName === "SELECT") [...el.options].forEach((o) => { o.selected = values.includes(o.value); });
    else el.value = values[0] ?? "";
    const fold = el.closest("details:not([open])");
    if (fold && values.some((v) => v) && el.type !== "hidden") fold.open = true;
  });
  const plain = (values) => (values || []).map((v) => String(v).replace(/\r\n?/g, "\n").trim()).filter(Boolean).sort().join("\u0001");
  const same = (one, other) => plain(one) === plain(other);
  const alike = (one, other) => [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => same(one[name], other[name]));

  /* ------------------------------------------------ one form */
  const start = (form) => {
    const place = form.querySelector("[data-draft-say]") || document.querySelector("[data-draft-say]");
    const words = JSON.parse(place.dataset.words);
    const name = form.dataset.draft;
    const key = `${mine}${name}#${tab}`;
    const versionField = form.elements.namedItem("version");
    let base = opened(form); // what is saved, as far as this page knows
    let tried = []; // what was sent and never acknowledged: it may be saved by now
    let timer = 0, first = 0, wait = 0, busy = null, panel = null, over = false, isLate = false;
    let isPressed = false; // a button of this form takes everything along: nothing is sent beside it

    const say = (text, kind) => {
      if (place.textContent !== text) place.textContent = text;
      place.className = `draft-say ${kind || ""}`;
    };
    const version = () => versionField.value;
    /* Every form of the page that speaks of the same version goes along, so that none of them is stale by our own doing. */
    const moveTo = (next) => {
      const before = version();
      document.querySelectorAll('input[name="version"]').forEach((el) => { if (el === versionField || (before && el.value === before)) el.value = next; });
    };
    const isDirty = () => !alike(typed(form), base);
    const keep = () => store.set(key, { at: Date.now(), version: version(), base, tried, fields: typed(form), path: location.pathname + location.search, title: document.title, pressed: isPressed });
    const forget = () => { over = true; clearTimeout(timer); store.drop(key); };
    const notSent = () => say(store.get(key) ? words.kept : words.unkept, "waits");

    const later = (ms) => { clearTimeout(timer); timer = setTimeout(() => send(), ms); };
    const again = () => { wait = Math.min(wait ? wait * 2 : 3000, 30000); later(wait); };

    const onInput = (event) => {
      if (over || !event.target.name || SKIP.has(event.target.name)) return;
      if (!isDirty()) { if (!tried.length) store.drop(key); return; }
      const isKept = keep();
      if (!navigator.onLine || isLate) say(isKept ? words.kept : words.unkept, "waits");
      else if (!panel) say("", "");
      first ||= Date.now();
      later(Math.max(0, Math.min(QUIET, first + LATEST - Date.now())));
    };

    const post = (fields, keepalive) => {
      const body = new URLSearchParams();
      Object.entries(fields).forEach(([n, values]) => values.forEach((v) => body.append(n, v)));
      body.append("csrf_token", form.elements.namedItem("csrf_token").value);
      body.append("version", version());
      body.append("person", person);
      return fetch(form.dataset.draftUrl, {
        method: "POST", body, credentials: "same-origin", redirect: "manual", keepalive: Boolean(keepalive),
        headers: { Accept: "application/json" }, signal: keepalive ? undefined : AbortSignal.timeout(TIMEOUT),
      });
    };
    /* The page's token ends with the sign-in; a fresh one comes with the page, if the same person is signed in. */
    const renew = async () => {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const token = page.querySelector('input[name="csrf_token"]');
      if (page.body.dataset.person !== person || !token) return false;
      document.querySelectorAll('input[name="csrf_token"]').forEach((el) => { el.value = token.value; });
      return true;
    };

    /* Returns whether everything that was typed is saved. */
    const send = async (keepalive) => {
      if (over || panel) return false;
      clearTimeout(timer);
      if (busy) { await busy; return isDirty() ? send(keepalive) : true; }
      if (!isDirty() && !tried.length) { first = 0; store.drop(key); return true; }
      const fields = typed(form);
      tried = [...tried.slice(-9), fields];
      keep();
      let done;
      busy = new Promise((resolve) => { done = resolve; });
      try { return await heard(await post(fields, keepalive), fields); }
      catch { isLate = true; notSent(); again(); return false; }
      finally { busy = null; done(); }
    };

    let renewed = 0;
    const heard = async (answer, fields) => {
      if (answer.type === "opaqueredirect" || answer.status === 401) { say(words.signed_out, "waits"); again(); return false; }
      if (answer.status === 400 && renewed < 3) {
        renewed += 1;
        if (await renew()) { later(50); return false; }
        say(words.signed_out, "waits");
        return false;
      }
      if (answer.status === 429) { say(words.later, "waits"); later(1000 * (Number(answer.headers.get("Retry-After")) || 20)); return false; }
      if (answer.status >= 500) { isLate = true; notSent(); again(); return false; }
      if (!answer.ok && answer.status !== 409) { say(words.refused, "waits"); keep(); return false; }
      const told = await answer.json();
      isLate = false; wait = 0; renewed = 0;
      if (told.state === "saved") return acknowledged(told, fields);
      if (told.state === "kept") { tried = []; keep(); say(told.said, "waits"); return false; }
      return differs(told, fields);
    };

    const acknowledged = (told, fields) => {
      moveTo(told.version);
      take(told.ids, fields);
      const left = Object.fromEntries(told.waits.map((n) => [n, base[n] || []])); // only a button, or a mend, saves these
      base = { ...fields, ...left };
      tried = [];
      first = 0;
      if (isDirty()) { keep(); if (!alike({ ...typed(form), ...left }, base)) later(QUIET); } else store.drop(key);
      const byButton = told.waits.some((n) => /^d\d|_take$/.test(n) && !same(typed(form)[n], base[n]));
      say(byButton ? `${told.said}. ${words.button}` : told.said, "saved");
      if (!isDirty()) adopt();
      return !isDirty();
    };
    const take = (ids, fields) => Object.entries(ids || {}).forEach(([n, value]) => {
      const field = form.elements.namedItem(n);
      if (!field) return;
      field.value = value;
      fields[n] = [value];
    });

    /* ---------------------------------------------- two versions */
    const differs = (told, fields) => {
      const ours = (side) => !side.locked && (same(side.value, base[side.name]) || tried.some((t) => same(side.value, t[side.name])));
      if (told.fields.every(ours)) { // what is saved is what this page itself sent before its answer was lost
        const saved = Object.fromEntries(told.fields.map((side) => [side.name, side.value]));
        moveTo(told.version);
        take(told.ids, fields);
        base = { ...fields, ...saved };
        tried = [];
        keep();
        later(50);
        return false;
      }
      show(told, fields);
      return false;
    };
    const show = (told, fields) => {
      const shape = document.querySelector("template[data-draft-both]");
      panel = shape.content.firstElementChild.cloneNode(true);
      panel.querySelector("[data-said]").textContent = told.said;
      const list = panel.querySelector("[data-sides]"), row = list.firstElementChild;
      row.remove();
      told.fields.forEach((side, index) => {
        const each = row.cloneNode(true);
        each.querySelector("legend").textContent = side.label;
        each.querySelector("[data-yours]").textContent = side.yours || words.empty;
        each.querySelector("[data-saved]").textContent = side.saved || words.empty;
        const [own, other] = each.querySelectorAll("input");
        [own, other].forEach((input, at) => { input.name = `both-${index}`; input.id = `both-${index}-${at}`; input.closest("label").htmlFor = input.id; });
        const onlyTheirs = tried.every((t) => same(t[side.name], base[side.name])) && same(fields[side.name], base[side.name]);
        own.disabled = side.locked;
        if (side.locked || onlyTheirs) other.checked = true;
        else if (same(side.value, base[side.name])) own.checked = true;
        list.append(each);
      });
      panel.querySelector("[data-use]").addEventListener("click", () => {
        const open = told.fields.findIndex((_side, index) => !panel.querySelector(`input[name="both-${index}"]:checked`));
        if (open >= 0) {
          panel.querySelector("[data-choose]").hidden = false;
          panel.querySelector(`#both-${open}-0`).focus();
          return;
        }
        const saved = {}, chosen = {};
        told.fields.forEach((side, index) => {
          if (!side.locked) saved[side.name] = side.value;
          if (panel.querySelector(`#both-${index}-1`).checked && !side.locked) chosen[side.name] = side.value;
        });
        write(form, chosen);
        moveTo(told.version);
        const now = typed(form);
        take(told.ids, now);
        base = { ...now, ...saved };
        tried = [];
        panel.remove();
        panel = null;
        form.querySelector("[type=submit], button")?.removeAttribute("disabled");
        if (isDirty()) { keep(); send(); } else { store.drop(key); say(words.settled, "saved"); }
      });
      form.before(panel);
      panel.focus();
      panel.scrollIntoView({ block: "start" });
      say(words.two, "waits");
    };

    /* ---------------------------------------------- coming back, leaving, sending */
    const adopt = async () => {
      for (const found of store.keys(`${mine}${name}#`)) {
        if (found === key || over || panel || isDirty()) continue;
        if (await isAlive(ownerOf(found))) continue;
        const kept = store.get(found);
        store.drop(found);
        if (!kept || alike(kept.fields, typed(form))) continue;
        if (kept.pressed && kept.version !== version()) continue; // its button saved it
        versionField.value = kept.version;
        tried = kept.tried || [];
        base = kept.base;
        write(form, kept.fields);
        keep();
        say(words.back, "waits");
        await send();
        return;
      }
    };
    form.addEventListener("input", onInput);
    form.addEventListener("change", onInput);
    const leave = () => { if (!over && !isPressed && isDirty()) { keep(); send(true); } };
    addEventListener("pageshow", (event) => { if (event.persisted) isPressed = false; });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); else if (isDirty()) later(50); });
    addEventListener("pagehide", leave);
    addEventListener("online", () => { wait = 0; if (isDirty() || tried.length) later(50); });
    addEventListener("offline", () => { if (isDirty()) { keep(); notSent(); } });

    /* A button saves first and goes on when that is acknowledged, so that no page of the browser's own takes the words away. */
    let goesOn = false;
    document.addEventListener("submit", async (event) => {
      const target = event.target;
      if (goesOn || over || target.method !== "post" || target.matches('[action$="/sign-out"]')) return;
      if (!isDirty() && !tried.length && !panel) return;
      if (panel) { event.preventDefault(); panel.focus(); return; }
      event.preventDefault();
      const by = event.submitter;
      const isSaved = await send();
      if (!isSaved && (isLate || panel || !navigator.onLine)) { if (!panel) notSent(); return; }
      goesOn = true;
      if (target === form) { isPressed = true; if (store.get(key)) keep(); }
      setTimeout(() => { target.requestSubmit(by); goesOn = false; }); // not before this event is over
    }, true);

    if (isDirty()) { keep(); later(QUIET); } // the browser itself put words back
    adopt();
    return { forget, name };
  };

  const drafts = [...document.querySelectorAll("form[data-draft]")].map(start);

  /* Words of other forms that still wait on this device, with the way back to them. */
  const waiting = document.querySelector("[data-draft-waiting]");
  const list = async () => {
    if (!waiting) return;
    const start = `${mine}${waiting.dataset.draftWaiting}`;
    const seen = new Map(), saved = document.querySelector('main input[name="version"]')?.value;
    const isOneCycle = waiting.dataset.draftWaiting.endsWith("/") && waiting.dataset.draftWaiting.startsWith("cycle/");
    for (const key of store.keys(start)) {
      const kept = store.get(key);
      if (!kept || drafts.some((draft) => draft.name === formOf(key)) || await isAlive(ownerOf(key))) continue;
      if (isOneCycle && kept.pressed && saved && kept.version !== saved) { store.drop(key); continue; } // its button saved it
      if (/^\/(?!\/)/.test(kept.path || "")) seen.set(formOf(key), kept);
    }
    const place = waiting.querySelector("ul");
    seen.forEach((kept) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = kept.path;
      link.textContent = kept.title;
      item.append(link);
      place.append(item);
    });
    waiting.hidden = seen.size === 0;
  };
  list();
})();
