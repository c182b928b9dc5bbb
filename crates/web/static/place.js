// Beside a field named "place" a button that fills in where the device is now. Without script, or if the device does not tell, people
// type or paste the numbers.
"use strict";
(() => {
  const input = document.querySelector('input[name="place"]');
  const form = input?.form;
  if (!form?.dataset.here || !navigator.geolocation) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button secondary small";
  button.textContent = form.dataset.here;
  const told = document.createElement("span");
  told.className = "note";
  told.setAttribute("role", "status");
  const line = document.createElement("p");
  line.append(button, " ", told);
  input.after(line);
  button.addEventListener("click", () => {
    told.textContent = form.dataset.hereWait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        input.value = `${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`;
        told.textContent = form.dataset.hereDone.replace("{metres}", String(Math.round(coords.accuracy)));
      },
      () => {
        told.textContent = form.dataset.hereFailed;
      },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  });
})();
