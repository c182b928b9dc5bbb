// The story of a worker who registers himself: faults are told while he writes, in his language; he cuts his photo with the mouse and
// by keyboard, and without script as well.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, field, fill, launch, PASSWORD, person, signIn, startAshiba } from "./support.mjs";


let ashiba, browser, worker, address, portrait;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const next = (page) => page.locator('main form button.primary[value="next"]').click();
const told = (page, name) => page.locator(`[id="e-${name}"]`);

/** Somebody who does not exist, in a broad picture with much wall on both sides. */
async function drawn(page) {
  const data = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 1400;
    canvas.height = 1000;
    const pen = canvas.getContext("2d");
    const round = (colour, x, y, w, h) => {
      pen.fillStyle = colour;
      pen.beginPath();
      pen.ellipse(x, y, w, h, 0, 0, 7);
      pen.fill();
    };
    pen.fillStyle = "#d9e4ec";
    pen.fillRect(0, 0, 1400, 1000);
    round("#2f4a6d", 950, 1040, 260, 330);
    round("#e8bf9c", 950, 480, 150, 200);
    round("#2b211c", 950, 360, 165, 130);
    for (const x of [895, 1005]) round("#2b211c", x, 470, 14, 14);
    round("#a2594d", 950, 570, 46, 14);
    return canvas.toDataURL("image/jpeg", 0.9);
  });
  return Buffer.from(data.split(",")[1], "base64");
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("申請者が自分の言葉で書きはじめ、まちがいは項目を離れたときに分かる", async () => {
  worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("登録を申請する人"), PASSWORD);
  portrait = await drawn(worker);
  await worker.goto("/applications");
  await worker.getByRole("button", { name: "技能者登録を申請する" }).click();
  address = new URL(worker.url()).pathname.split("/").slice(0, 3).join("/");
  await fill(worker, { registration: "simplified", japanese: "no", language: "vi" });
  await next(worker);
  await fill(worker, { country: "VN" });
  await next(worker);
  await worker.waitForURL("**/steps/name");
  await fill(worker, { family_name: "グエン" });
  await field(worker, "family_kana").fill("ぐえん");
  await field(worker, "given_kana").fill("Đức");
  await worker.keyboard.press("Tab");
  await told(worker, "given_kana").waitFor();
  assert.equal(await field(worker, "given_kana").getAttribute("aria-invalid"), "true");
  // Hiragana has become katakana under his eyes.
  assert.equal(await field(worker, "family_kana").inputValue(), "グエン");
  await checkPage(worker, "worker-fault-at-once");
  await field(worker, "given_kana").fill("ドゥック");
  await worker.keyboard.press("Tab");
  await told(worker, "given_kana").waitFor({ state: "detached" });
  assert.equal(await field(worker, "given_kana").getAttribute("aria-invalid"), null);
  await fill(worker, { given_name: "ドゥック", family_alphabet: "Nguyễn", given_alphabet: "Đức" });
  await worker.locator(".languages summary").click();
  await worker.locator('.languages button[lang="vi"]').click();
});

test("ベトナム語の画面で最後の書類まで進む", async () => {
  await worker.goto(`${address}/steps/name`);
  await fill(worker, { family_name: "グエン", given_name: "ドゥック", family_kana: "グエン", given_kana: "ドゥック" });
  await fill(worker, { family_alphabet: "Nguyễn", given_alphabet: "Đức" });
  await checkPage(worker, "worker-name-vi");
  await next(worker);
  await worker.waitForURL("**/steps/person");
  await field(worker, "birth_day").fill("2020-01-01");
  await field(worker, "postal").fill("12");
  await worker.keyboard.press("Tab");
  await told(worker, "birth_day").waitFor();
  assert.match(await told(worker, "postal").innerText(), /7 chữ số/);
  await fill(worker, {
    birth_day: "1998-04-12",
    sex: "male",
    postal: "100-0000",
    prefecture: "13",
    city: "架空区",
    street: "見本1-2-3",
    mobile: "090-0000-0000",
    email: "duc@example.jp",
    residence_status: "特定技能1号",
  });
  await checkPage(worker, "worker-person-vi");
  await next(worker);
  await worker.waitForURL("**/steps/employer");
  await next(worker);
  await worker.waitForURL("**/steps/insurance");
  await fill(worker, {
    health_insurance: "kyokai",
    pension_insurance: "employees",
    employment_insurance: "joined",
    kentaikyo: "no",
    chutaikyo: "no",
    special_accident: "no",
  });
  await checkPage(worker, "worker-insurance-vi");
  await next(worker);
  await worker.waitForURL("**/steps/trade");
  await fill(worker, { "trade.0.code": "01-01" });
  await next(worker);
  await worker.waitForURL("**/steps/system");
  await next(worker);
  await worker.waitForURL("**/steps/papers");
  await checkPage(worker, "worker-papers-vi");
});

test("写真をつかんで動かし、矢印キーでも合わせる", async () => {
  await fill(worker, { identity: "residence_card" });
  await field(worker, "photo").setInputFiles({ name: "anh.jpg", mimeType: "image/jpeg", buffer: portrait });
  await field(worker, "identity_paper").setInputFiles({ name: "the.jpg", mimeType: "image/jpeg", buffer: portrait });
  await next(worker);
  await worker.waitForURL("**/photo");
  const window_ = worker.locator(".photo-window.live");
  await window_.waitFor();
  await checkPage(worker, "worker-photo-begin");
  const sliders = async () => Promise.all(["zoom", "x", "y"].map((name) => field(worker, name).inputValue().then(Number)));
  const [zoom, x] = await sliders();
  assert.deepEqual([zoom, x], [100, 500]);
  const box = await window_.boundingBox();
  await worker.mouse.move(box.x + 200, box.y + 200);
  await worker.mouse.down();
  await worker.mouse.move(box.x + 126, box.y + 200, { steps: 8 });
  await worker.mouse.up();
  const [, dragged] = await sliders();
  assert.ok(dragged > 700, `dragged to the left, what lies right comes in: ${dragged}`);
  await worker.mouse.wheel(0, -100);
  await worker.mouse.wheel(0, -100);
  const [wheeled] = await sliders();
  assert.ok(wheeled > 100, `wheeled: ${wheeled}`);
  await field(worker, "zoom").focus();
  for (let n = 0; n < 40; n += 1) await worker.keyboard.press("ArrowRight");
  assert.ok((await sliders())[0] > wheeled, "by keyboard");
  await checkPage(worker, "worker-photo-chosen");
  await worker.locator('button[value="done"]').click();
  await worker.waitForURL("**/steps/papers");
  await checkPage(worker, "worker-papers-photo");
});

test("スクリプトが使えなくても、つまみとボタンで切り取れる", async () => {
  const plain = await person(browser, ashiba.url, { javaScriptEnabled: false });
  await plain.context().addCookies(await worker.context().cookies());
  await plain.goto(`${address}/photo`);
  const before = await plain.locator(".photo-window img").getAttribute("src");
  await plain.locator("#f-y").focus();
  for (let n = 0; n < 5; n += 1) await plain.keyboard.press("PageUp");
  await plain.locator('button[value="show"]').click();
  await plain.waitForURL("**/photo");
  assert.notEqual(await plain.locator(".photo-window img").getAttribute("src"), before);
  await plain.screenshot({ path: "out/worker-photo-plain.png", fullPage: true });
  await plain.context().close();
});

test("確認して申請し、状況をベトナム語で読む", async () => {
  await worker.goto(`${address}/steps/papers`);
  await next(worker);
  await worker.waitForURL("**/steps/consent");
  await fill(worker, { consent_terms: "yes", consent_privacy: "yes" });
  await next(worker);
  await worker.waitForURL("**/check");
  assert.match(await worker.locator("main").innerText(), /2[.,]500/);
  await checkPage(worker, "worker-check-vi");
  await worker.locator("form[action$='/submit'] button.primary").click();
  assert.match(await worker.locator("main").innerText(), /Chờ thanh toán/);
  await checkPage(worker, "worker-sent-vi");
});
