// Tells what is wrong with a field as soon as it is left. The rules are the server's: it is asked with what stands in the step so far.
// Without this file the same is told when the step is saved.
(() => {
  const form = document.querySelector("form[data-check]");
  if (!form) return;
  const left = new Set();
  let asked = 0;

  form.addEventListener("change", async ({ target }) => {
    if (!target.name || target.type === "file") return;
    left.add(target.name);
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    const mine = ++asked;
    let told;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body, headers: { accept: "application/json" } });
      if (!answer.ok) return;
      told = await answer.json();
    } catch {
      return; // Without a network, saving tells it.
    }
    // A later question is on its way.
    if (mine !== asked) return;
    for (const name of left) tell(name, told.faults[name] ?? "", told.values[name]);
  });

  function tell(name, sentence, kept) {
    const at = document.getElementById(`f-${name}`);
    const field = at?.closest(".field");
    if (!field) return;
    const isText = at.matches("input, textarea");
    // As it will be kept: full width, katakana, capital letters.
    if (isText && !sentence && kept && at !== document.activeElement && at.value.trim() !== kept) at.value = kept;
    let line = document.getElementById(`e-${name}`);
    if (sentence && !line) {
      line = document.createElement("p");
      line.id = `e-${name}`;
      line.className = "field-error";
      line.setAttribute("role", "alert");
      const before = at.matches("fieldset") ? at.querySelector("input") : at;
      before.before(line);
    }
    if (line && line.textContent !== sentence) {
      if (sentence) line.textContent = sentence;
      else line.remove();
    }
    field.classList.toggle("wrong", Boolean(sentence) || document.getElementById(`m-${name}`) !== null);
    if (isText || at.matches("select")) {
      if (sentence) at.setAttribute("aria-invalid", "true");
      else at.removeAttribute("aria-invalid");
    }
    const ids = (at.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `e-${name}`);
    if (sentence) ids.push(`e-${name}`);
    if (ids.length) at.setAttribute("aria-describedby", ids.join(" "));
    else at.removeAttribute("aria-describedby");
  }
})();
