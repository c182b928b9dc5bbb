// The photo in the hand: it is dragged, pinched and wheeled, and the form's three sliders say the same. Without this file the sliders
// and the button beside them do it.
(() => {
  const window_ = document.querySelector("[data-whole]");
  if (!window_) return;
  const form = window_.closest("form");
  const { zoom, x, y } = form.elements;
  const picture = new Image();
  picture.alt = window_.querySelector("img").alt;
  picture.draggable = false;

  picture.addEventListener("load", () => {
    window_.replaceChildren(picture);
    window_.classList.add("live");
    form.querySelector("p[hidden]").hidden = false;
    form.querySelector("[data-without-script]").hidden = true;
    form.addEventListener("input", draw);
    addEventListener("resize", draw);
    draw();
  });
  picture.src = window_.dataset.whole;

  /** Pixels on the screen per pixel of the picture, and how many of the screen's are over. */
  function over() {
    const { naturalWidth: width, naturalHeight: height } = picture;
    const part = (Math.min(width, (height * 294) / 378) * 100) / zoom.value;
    const scale = window_.clientWidth / part;
    return { scale, right: (width - part) * scale, down: (height - (part * 378) / 294) * scale };
  }

  function draw() {
    const { scale, right, down } = over();
    picture.style.width = `${picture.naturalWidth * scale}px`;
    picture.style.transform = `translate(${(-right * x.value) / 1000}px, ${(-down * y.value) / 1000}px)`;
  }

  /** Where the fingers are: the middle, and how far they are apart. */
  const fingers = new Map();
  let start;
  function begin() {
    const at = [...fingers.values()];
    if (!at.length) return (start = undefined);
    const { right, down } = over();
    start = { ...middle(), zoom: Number(zoom.value), left: (right * x.value) / 1000, top: (down * y.value) / 1000 };
  }
  function middle() {
    const at = [...fingers.values()];
    const sum = (key) => at.reduce((all, finger) => all + finger[key], 0) / at.length;
    const apart = at.length > 1 ? Math.hypot(at[0].x - at[1].x, at[0].y - at[1].y) : 0;
    return { x: sum("x"), y: sum("y"), apart };
  }
  const share = (value, whole) => (whole > 0.5 ? Math.round((value / whole) * 1000) : 500);

  window_.addEventListener("pointerdown", (event) => {
    window_.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    begin();
  });
  window_.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = middle();
    if (start.apart > 0 && now.apart > 0) zoom.value = (start.zoom * now.apart) / start.apart;
    const grown = zoom.value / start.zoom;
    const box = window_.getBoundingClientRect();
    // What lay beneath the fingers stays beneath them.
    const { right, down } = over();
    x.value = share((start.left + start.x - box.left) * grown - (now.x - box.left), right);
    y.value = share((start.top + start.y - box.top) * grown - (now.y - box.top), down);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    window_.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      begin();
    });
  }
  window_.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom.value = Number(zoom.value) * (event.deltaY < 0 ? 1.05 : 0.95);
      draw();
    },
    { passive: false },
  );
})();
