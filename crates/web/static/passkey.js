// Passkeys: the browser is asked with what the form carries, and its answer goes back in the same form.
(() => {
  const form = document.querySelector("form[data-create], form[data-get]");
  if (!form) return;
  const button = form.querySelector("[data-ask]");
  const failed = form.querySelector("[data-failed]");
  const asked = JSON.parse(form.dataset.create ?? form.dataset.get);
  const isNew = form.dataset.create !== undefined;

  // Browsers speak in bytes, JSON in base64url; those that translate by themselves are still few.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
  const options = asked.publicKey;
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) for (const key of list ?? []) key.id = bytes(key.id);

  let asking = false;
  async function ask() {
    if (asking) return;
    asking = true;
    failed.hidden = true;
    try {
      const key = isNew ? await navigator.credentials.create({ publicKey: options }) : await navigator.credentials.get({ publicKey: options });
      const { response } = key;
      const said = { clientDataJSON: text(response.clientDataJSON) };
      if (isNew) {
        said.attestationObject = text(response.attestationObject);
        said.transports = response.getTransports?.() ?? [];
      } else {
        said.authenticatorData = text(response.authenticatorData);
        said.signature = text(response.signature);
        said.userHandle = response.userHandle ? text(response.userHandle) : null;
      }
      form.elements.answer.value = JSON.stringify({
        id: key.id,
        rawId: text(key.rawId),
        type: key.type,
        response: said,
        clientExtensionResults: key.getClientExtensionResults(),
      });
      form.submit();
    } catch {
      failed.hidden = false;
      button.hidden = false;
      asking = false;
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  button.hidden = false;
  ask();
})();
