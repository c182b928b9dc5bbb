// What a clerk shows an orderer: histories by the way they came about.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, prime;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("現場の月の就業履歴が、蓄積方法ごとに分かる", async () => {
  await prime.goto("/sites");
  await prime.locator('main a[href^="/sites/"]').filter({ hasText: "みどり台" }).first().click();
  await prime.goto(`${new URL(prime.url()).pathname.split("/").slice(0, 3).join("/")}/calendar`);
  await prime.locator('a[href*="/facts"]').first().click();
  assert.match(await text(prime), /カード/);
  assert.match(await text(prime), /経審/);
  await checkPage(prime, "facts-site");
});

test("元請のすべての現場を、期間で見る。まちがった期間は理由を言う", async () => {
  await prime.goto("/sites");
  await prime.locator('a[href^="/sites/facts"]').first().click();
  await checkPage(prime, "facts-prime");
  await prime.goto("/sites/facts?from=2026-11&to=2026-10");
  assert.match(await text(prime), /最初の月以後/);
  await checkPage(prime, "facts-fault");
});

test("本人は、番号入力の暗証番号を自分の言語で決める", async () => {
  const worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者（"), PASSWORD);
  await worker.goto("/my/code");
  await checkPage(worker, "gate-code");
});

/** What the reader's page makes of a picture of squares. */
function read({ path, wide }) {
  const jsQR = createRequire(import.meta.url)("../crates/reader/kiosk/jsQR.js");
  const square = 4;
  const width = wide * square;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let n = 0; n < square * square; n++) {
      const at = ((y * square + Math.floor(n / square)) * width + x * square + (n % square)) * 4;
      pixels.fill(0, at, at + 3);
    }
  return jsQR(pixels, width, width)?.data;
}

test("本人は、署名付きのQRを画面に出し、番号だけのQRを印刷できる", async () => {
  const worker = await person(browser, ashiba.url);
  const id = logIn("技能者（");
  await signIn(worker, id, PASSWORD);
  const shown = (picture) => worker.locator(`main ${picture}`).first().evaluate((svg) => ({
    path: svg.querySelector("path").getAttribute("d"),
    wide: svg.viewBox.baseVal.width,
  }));
  await worker.goto("/my/qr");
  const first = read(await shown("svg.qr-code"));
  assert.match(first, new RegExp(`^ASHIBA1${id}\\d{10}[0-9A-F]{128}$`));
  await checkPage(worker, "gate-qr");
  // A code names the second of its end: only a later second gives another one,
  // and the link leads to the page it stands on, so its load must be awaited.
  await worker.waitForTimeout(1_000);
  const loaded = worker.waitForEvent("load");
  await worker.locator('main a.primary[href="/my/qr"]').click();
  await loaded;
  assert.notEqual(read(await shown("svg.qr-code")), first);
  await worker.goto("/my/qr/print");
  assert.equal(read(await shown(".stickers svg")), id);
  await checkPage(worker, "gate-qr-print");
});
