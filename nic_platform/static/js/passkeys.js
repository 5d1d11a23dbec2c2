/* Passkeys: asks the server what a device is to sign, lets it sign, and sends the form. All of it can be done by
   password and code without this file; what only works with it is hidden until it runs. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const described = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const begin = async (form, url) => {
    const body = new URLSearchParams({ csrf_token: form.elements.namedItem("csrf_token").value });
    const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("not now");
    const options = await answer.json();
    options.challenge = bytes(options.challenge);
    return options;
  };

  const signed = async (form, url) => {
    const options = await begin(form, url);
    options.allowCredentials = described(options.allowCredentials);
    const made = await navigator.credentials.get({ publicKey: options });
    const part = (name) => (made.response[name] ? text(made.response[name]) : undefined);
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type,
      response: { clientDataJSON: part("clientDataJSON"), authenticatorData: part("authenticatorData"), signature: part("signature"), userHandle: part("userHandle") },
    });
  };

  const created = async (form, url) => {
    const options = await begin(form, url);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = described(options.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    const kinds = made.response.getTransports ? made.response.getTransports() : [];
    return JSON.stringify({
      id: made.id, rawId: text(made.rawId), type: made.type,
      response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject), transports: kinds },
    });
  };

  /* One at a time: the device asks its owner meanwhile. What went wrong is said where the button stands. */
  const attempt = async (place, work) => {
    const said = place.querySelector("[data-passkey-said]"), button = place.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    said.hidden = true;
    try {
      await work();
    } catch (error) {
      const known = error.name === "InvalidStateError" && said.dataset.known;
      said.textContent = known || said.dataset.words;
      said.hidden = false;
      button.focus();
    } finally {
      button.disabled = false;
    }
  };

  document.querySelectorAll("[data-passkey]").forEach((place) => {
    const form = place.closest("form"), field = () => form.elements.namedItem("passkey");
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => attempt(place, async () => {
      field().value = await signed(form, place.dataset.passkey);
      form.requestSubmit();
    }));
  });

  document.querySelectorAll("form [data-passkey-new]").forEach((place) => {
    const form = place.closest("form"), field = form.elements.namedItem("made");
    place.hidden = false;
    form.addEventListener("submit", (e) => {
      if (field.value || !form.elements.namedItem("name").value.trim()) return;
      e.preventDefault();
      attempt(place, async () => {
        field.value = await created(form, place.dataset.passkeyNew);
        form.submit();
      });
    });
  });
})();
