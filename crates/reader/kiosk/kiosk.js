// Shows what the program pushes: a picture of the moment, and each touch as it happens. All words come from the program.

const words = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(id);
/** How long an answer stays, in ms: a worker who must do something gets time to read it. */
const STAYS = { short1: 5000, short2: 12000, short3: 7000, long: 9000 };
/** The program sends a picture every few seconds; without one for so long it is gone. */
const GONE = 17000;
const SIGNS = { short1: "✓", short2: "!", short3: "✓", long: "✗" };

let ahead = 0;
let heard = 0;
let shown;
let asked = false;

function fill(list, texts) {
  list.replaceChildren(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function idle() {
  const card = at("card");
  card.className = "";
  card.removeAttribute("lang");
  for (const id of ["sign", "way", "name", "notes"]) at(id).textContent = "";
  fill(at("reasons"), []);
  at("verdict").textContent = words.ready;
}

function touch(view) {
  const card = at("card");
  card.className = `shown ${view.beep}`;
  card.lang = view.language;
  at("sign").textContent = SIGNS[view.beep];
  at("way").textContent = view.time ? `${view.way}  ${view.time}` : "";
  at("name").textContent = view.name;
  at("verdict").textContent = view.verdict;
  at("notes").textContent = view.notes.join(" · ");
  fill(at("reasons"), view.reasons);
  clearTimeout(shown);
  shown = setTimeout(idle, STAYS[view.beep]);
  beep(view.beep);
}

function picture(now) {
  heard = Date.now();
  ahead = now.now - heard;
  at("site").textContent = now.site;
  document.title = now.site;
  const waiting = now.pending ? ` · ${words.waiting} ${now.pending}` : "";
  at("line").textContent = (now.online ? words.online : words.offline) + waiting;
  at("line").className = now.online ? "up" : "down";
  at("today").textContent = now.today;
  at("count").textContent = now.on_site.length;
  at("people").replaceChildren(
    ...(now.on_site.length ? now.on_site : [{ name: words.nobody, since: "" }]).map((person) => {
      const row = document.createElement("li");
      row.append(
        Object.assign(document.createElement("span"), { textContent: person.name }),
        Object.assign(document.createElement("time"), { textContent: person.since }),
      );
      return row;
    }),
  );
  if (!asked) at("mode").querySelector(`[value=${now.mode}]`).checked = true;
  at("by-number").hidden = !now.number;
  at("by-qr").hidden = !now.qr;
  alarm(now.fault ?? (now.refused ? words.person : ""), Boolean(now.fault));
}

function alarm(text, grave) {
  const line = at("alarm");
  if (line.textContent !== text) line.textContent = text;
  line.hidden = !text;
  line.className = grave ? "grave" : "";
}

const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  timeZone: "Asia/Tokyo", month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});

setInterval(() => {
  if (heard) at("clock").textContent = clock.format(Date.now() + ahead);
  if (heard && Date.now() - heard > GONE) alarm(words.gone, true);
}, 1000);

// One short, two short, three short, one long: as the buzzer does.
let sound;
const TONES = {
  short1: [[1320, 0, 0.12]],
  short2: [[880, 0, 0.12], [880, 0.22, 0.12]],
  short3: [[990, 0, 0.1], [990, 0.2, 0.1], [990, 0.4, 0.1]],
  long: [[330, 0, 0.9]],
};

function beep(kind) {
  if (sound?.state !== "running") return;
  for (const [pitch, from, length] of TONES[kind]) {
    const tone = sound.createOscillator();
    const gain = sound.createGain();
    const start = sound.currentTime + from;
    tone.type = "square";
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.25, start);
    gain.gain.setTargetAtTime(0, start + length, 0.015);
    tone.connect(gain).connect(sound.destination);
    tone.start(start);
    tone.stop(start + length + 0.2);
  }
}

// A browser lets a page sound only after it was touched, unless it was started as a kiosk.
function wake() {
  sound ??= new AudioContext();
  const look = () => (at("sound").hidden = sound.state === "running");
  sound.resume().then(look, look);
  setTimeout(look, 300);
}
if ("AudioContext" in window) {
  wake();
  at("sound").addEventListener("click", () => (wake(), beep("short1")));
  document.addEventListener("pointerdown", wake, { once: true });
}

at("mode").addEventListener("change", async (event) => {
  asked = true;
  try {
    await fetch(`/mode/${event.target.value}`, { method: "POST" });
  } finally {
    // Whatever came of it, the next picture tells.
    asked = false;
  }
});

// Number entry. The keys write into the field that was picked last; a keyboard works as well, and so does a scanner that types.
const keypad = at("keypad");
const LENGTHS = { worker: 14, code: 4 };
/** Nobody is to find what the one before has typed. */
const LEFT = 30000;
let field = at("worker");
let left;

function pick(input) {
  field = input;
  input.focus();
}

function typed() {
  clearTimeout(left);
  left = setTimeout(() => keypad.close(), LEFT);
  field.value = field.value.replace(/[^0-9]/g, "").slice(0, LENGTHS[field.id]);
  if (field.id === "worker" && field.value.length === LENGTHS.worker) pick(at("code"));
  at("send").disabled = Object.entries(LENGTHS).some(([id, length]) => at(id).value.length !== length);
}

function empty() {
  for (const id of Object.keys(LENGTHS)) at(id).value = "";
}

at("by-number").addEventListener("click", () => {
  empty();
  keypad.showModal();
  pick(at("worker"));
  typed();
});
for (const id of Object.keys(LENGTHS)) {
  at(id).addEventListener("focus", (event) => (field = event.target));
  at(id).addEventListener("input", typed);
}
at("keys").addEventListener("click", (event) => {
  const key = event.target.closest("button");
  if (!key || key.id === "send") return;
  // From the empty code back into the number.
  if (key.id === "delete" && !field.value && field.id === "code") pick(at("worker"));
  field.value = key.id === "delete" ? field.value.slice(0, -1) : field.value + key.textContent;
  typed();
});
at("cancel").addEventListener("click", () => keypad.close());
keypad.addEventListener("close", () => (clearTimeout(left), empty()));
at("number").addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = { worker: at("worker").value, code: at("code").value };
  keypad.close();
  send("/number", fields);
});

/** What comes of it is pushed, as of a card. */
async function send(path, fields) {
  try {
    await fetch(path, { method: "POST", body: new URLSearchParams(fields) });
  } catch {
    alarm(words.gone, true);
  }
}

// A QR, by the camera or by a hand scanner, which types it and ends it with Enter.
const scanner = at("scanner");
const camera = at("camera");
/** Pictures are looked at so often, in ms, and made so wide at most: enough for a telephone held at arm's length. */
const LOOK = 150;
const WIDE = 800;
/** What reads QRs here, once it is known. */
let reading;
let stream;

async function reader() {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (known.includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(camera))[0]?.rawValue;
  }
  await new Promise((resolve, reject) => {
    document.head.append(Object.assign(document.createElement("script"), { src: "/jsQR.js", onload: resolve, onerror: reject }));
  });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return async () => {
    const scale = Math.min(1, WIDE / camera.videoWidth);
    canvas.width = camera.videoWidth * scale;
    canvas.height = camera.videoHeight * scale;
    pen.drawImage(camera, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    return jsQR(picture.data, picture.width, picture.height)?.data;
  };
}

function darken() {
  clearTimeout(left);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  camera.srcObject = null;
  camera.hidden = true;
  at("scanned").value = "";
}

/** Looks until a QR is seen or the camera is off. */
async function look(mine) {
  if (stream !== mine) return;
  const text = camera.videoWidth ? await reading().catch(() => undefined) : undefined;
  if (stream !== mine) return;
  if (text) return scanned(text);
  setTimeout(look, LOOK, mine);
}

function scanned(text) {
  scanner.close();
  send("/qr", { text });
}

at("by-qr").addEventListener("click", async () => {
  scanner.showModal();
  at("scanned").focus();
  left = setTimeout(() => scanner.close(), LEFT);
  const note = (text) => (at("camera-note").textContent = text);
  // A browser gives the camera to pages of this machine and to https alone.
  if (!navigator.mediaDevices) return note(words.camera_not_here);
  note(words.show_qr);
  try {
    reading ??= await reader();
    const mine = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
    // Closed while the browser was asking, or opened twice.
    if (!scanner.open || stream) return mine.getTracks().forEach((track) => track.stop());
    stream = mine;
    camera.srcObject = mine;
    camera.hidden = false;
    await camera.play();
    look(mine);
  } catch {
    if (scanner.open) note(words.camera_fails);
  }
});
at("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("scanned").value.trim();
  if (text) scanned(text);
});
at("scan-cancel").addEventListener("click", () => scanner.close());
scanner.addEventListener("close", darken);

const source = new EventSource("/events");
source.addEventListener("picture", (event) => picture(JSON.parse(event.data)));
source.addEventListener("touch", (event) => touch(JSON.parse(event.data)));
source.addEventListener("error", () => {
  alarm(words.gone, true);
  // A refused stream is not tried again by the browser: after a while the page asks anew, or for its number.
  if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
});
