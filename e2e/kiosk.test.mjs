// The kiosk page of the reader program: what a worker sees at the gate, with a registry that is played here.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkPage, launch, person } from "./support.mjs";

const SITE = "12345678901271";
const OUT = fileURLToPath(new URL("./out", import.meta.url));
/** The big program, or the small one by itself. */
const READER = process.env.ASHIBA_READER_BIN
  ? [process.env.ASHIBA_READER_BIN]
  : [process.env.ASHIBA_BIN ?? fileURLToPath(new URL("../target/debug/ashiba", import.meta.url)), "reader"];

const id = (n) => `${String(n).padStart(12, "0")}21`;
const PEOPLE = [
  { name: "架空 一郎", language: "ja" },
  { name: "NGUYEN VAN MAU", language: "vi", reason: "Bạn chưa có trong danh sách lao động của công trường này.", mender: "見本設備株式会社" },
  { name: "CONTOH SURYADI", language: "id" },
  { name: "例示 花子", language: "ja", reason: "作業員名簿に職種（小分類）がありません。", mender: "試作工業株式会社" },
  ...Array.from({ length: 14 }, (_, n) => ({ name: `見本 ${["太郎", "次郎", "三郎", "四郎", "五郎", "六郎", "七郎"][n % 7]}${n > 6 ? "（西）" : ""}`, language: "ja" })),
].map((worker, n) => ({ ...worker, id: id(n + 1) }));

const remark = (worker) => ({ code: "OCUK0407W", key: "history.not_on_roster", text: worker.reason, mender: worker.mender, until: "2026-12-31" });
const reasons = (worker) => (worker.reason ? [remark(worker)] : []);

/** What the registry signs QRs with, and what it gives its readers: a compressed point in hex. */
const QR_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PUBLIC = (() => {
  const { x, y } = QR_KEY.publicKey.export({ format: "jwk" });
  const odd = Buffer.from(y, "base64url").at(-1) % 2;
  return `0${2 + odd}${Buffer.from(x, "base64url").toString("hex")}`;
})();

/** The text of a QR made so many seconds ago. */
function signed(worker, ago) {
  const said = `ASHIBA1${worker.id}${Math.floor(Date.now() / 1000) - ago}`;
  return said + sign("sha256", Buffer.from(said), { key: QR_KEY.privateKey, dsaEncoding: "ieee-p1363" }).toString("hex").toUpperCase();
}

/** The printed QR of the first of them (00000000000121), row by row: the rightmost bit is the rightmost square. */
const PRINTED =
  "1fc67f 105141 17475d 174c5d 17515d 104541 1fd57f 000300 154e12 15086a 0fd515 0d1c6a 067d55 001aaa 1fc6c4 104fb9 1752c5 174c6a 175935 104c68 1fd555"
    .split(" ")
    .map((row) => parseInt(row, 16));

/** What a camera sees of it, held at some distance: one picture of 640 × 480, as Chromium's made-up camera reads it. */
async function cameraFile(path) {
  const [width, height, square] = [640, 480, 12];
  const [left, top] = [(width - 21 * square) / 2, (height - 21 * square) / 2].map(Math.floor);
  const luma = Buffer.alloc(width * height, 225);
  for (let y = 0; y < 21 * square; y++)
    for (let x = 0; x < 21 * square; x++)
      if ((PRINTED[Math.floor(y / square)] >> (20 - Math.floor(x / square))) & 1) luma[(top + y) * width + left + x] = 40;
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\nFRAME\n`);
  await writeFile(path, Buffer.concat([head, luma, Buffer.alloc((width * height) / 2, 128)]));
}

/** A registry that knows our people; `away` makes it hang up. */
async function startRegistry() {
  const state = { away: false };
  const server = createServer(async (request, response) => {
    if (state.away) return request.socket.destroy();
    const answer = (body) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/api/v1/roster") {
      const workers = PEOPLE.map((w) => ({ worker_id: w.id, name: w.name, language: w.language, counts: !w.reason, reasons: reasons(w) }));
      return answer({ site_id: SITE, site_name: "見本町駅前ビル新築工事", as_of: new Date().toISOString(), number_entry: { misses: 5, rest_minutes: 5 }, qr: { key: PUBLIC, seconds: 60, plain: true, misses: 5, rest_minutes: 5 }, workers });
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const results = JSON.parse(body).touches.map((touch) => {
      const worker = PEOPLE.find((w) => w.id === touch.worker_id);
      if (!worker) {
        const refused = { code: "DATK0408E", key: "touch.worker_unknown", text: "この技能者IDは登録されていません。" };
        return { item_id: touch.item_id, outcome: "refused", remarks: [refused] };
      }
      const day = { work_day: touch.at.slice(0, 10), counts: !worker.reason, reasons: reasons(worker) };
      return { item_id: touch.item_id, outcome: "stored", name: worker.name, day };
    });
    answer({ received_at: new Date().toISOString(), results });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { state, url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

async function startReader(registry) {
  const data = await mkdtemp(join(tmpdir(), "ashiba-kiosk-"));
  const key = join(data, "key");
  await writeFile(key, "a-key-made-up");
  await chmod(key, 0o600);
  const [program, ...first] = READER;
  const flags = ["run", "--registry", registry, "--site", SITE, "--key-file", key, "--data-dir", data, "--source", "lines", "--kiosk", "127.0.0.1:0", "--screen", "false", "--bell", "false"];
  const child = spawn(program, [...first, ...flags], { stdio: ["pipe", "ignore", "pipe"], env: { ...process.env, RUST_LOG: "reader=info" } });
  const url = await new Promise((resolve, reject) => {
    let log = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      log += text;
      const found = log.match(/page is served.*?(127\.0\.0\.1:\d+)/);
      if (found) resolve(`http://${found[1]}`);
    });
    child.once("close", () => reject(new Error(log)));
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    await rm(data, { recursive: true, force: true });
  };
  return { child, url, stop, touch: (worker) => child.stdin.write(`${worker}\n`) };
}

/** A picture as on a tablet, beside those of `checkPage`. */
async function tablet(page, name) {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.screenshot({ path: join(OUT, `${name}-1024.png`) });
  await page.setViewportSize({ width: 1440, height: 900 });
}

test("a worker sees name, way and reason in his language, with and without a network", async () => {
  const registry = await startRegistry();
  const reader = await startReader(registry.url);
  const browser = await launch();
  try {
    const page = await person(browser, reader.url);
    await page.goto("/");
    const card = page.locator("#card");
    await page.getByRole("heading", { name: "見本町駅前ビル新築工事" }).waitFor();
    await page.getByText("場内には誰もいません").waitFor();
    await checkPage(page, "kiosk-empty");

    for (const worker of PEOPLE.slice(4)) reader.touch(worker.id);
    await page.locator("#today", { hasText: String(PEOPLE.length - 4) }).waitFor();
    reader.touch(PEOPLE[0].id);
    await card.getByText("架空 一郎").waitFor();
    assert.match(await card.innerText(), /入場.*架空 一郎.*有効です/s);
    await tablet(page, "kiosk-counts");
    await checkPage(page, "kiosk-counts");

    reader.touch(PEOPLE[1].id);
    await card.getByText("NGUYEN VAN MAU").waitFor();
    assert.match(await card.innerText(), /VÀO.*Chưa được tính.*danh sách lao động.*見本設備株式会社/s);
    assert.equal(await card.getAttribute("lang"), "vi");
    await tablet(page, "kiosk-not-yet");
    await checkPage(page, "kiosk-not-yet");

    reader.touch(id(999));
    await card.getByText("登録できません").waitFor();
    await page.locator("#alarm", { hasText: "登録できない記録があります" }).waitFor();
    await tablet(page, "kiosk-refused");
    await checkPage(page, "kiosk-refused");

    // By keyboard, as everything.
    await page.locator("#mode input[value=auto]").focus();
    await page.keyboard.press("ArrowLeft");
    await page.waitForTimeout(300);
    assert.ok(await page.locator("#mode input[value=out]").isChecked());
    reader.touch(PEOPLE[0].id);
    await card.getByText("退場").waitFor();

    registry.state.away = true;
    reader.touch(PEOPLE[2].id);
    await card.getByText("CONTOH SURYADI").waitFor();
    assert.match(await card.innerText(), /KELUAR.*luring/s);
    await page.locator("#line", { hasText: "オフライン" }).waitFor();
    assert.match(await page.locator("#line").innerText(), /未送信 1/);
    await tablet(page, "kiosk-offline");
    await checkPage(page, "kiosk-offline");

    await reader.stop();
    await page.locator("#alarm", { hasText: "止まっています" }).waitFor();
    await checkPage(page, "kiosk-gone");
  } finally {
    await browser.close();
    await reader.stop();
    registry.stop();
  }
});

test("the keypad takes a number and a code, and who has set none is told so", async () => {
  const registry = await startRegistry();
  const reader = await startReader(registry.url);
  const browser = await launch();
  try {
    const page = await person(browser, reader.url);
    await page.goto("/");
    await page.getByRole("button", { name: "番号で入力" }).click();
    const keypad = page.getByRole("dialog", { name: "番号で入力" });
    await keypad.waitFor();
    await tablet(page, "kiosk-keypad");
    await checkPage(page, "kiosk-keypad");
    const press = (key) => keypad.getByRole("button", { name: key, exact: true }).click();
    await press("9");
    await press("1字消す");
    for (const digit of PEOPLE[0].id) await press(digit);
    assert.equal(await page.locator("#worker").inputValue(), PEOPLE[0].id);
    assert.ok(await page.locator("#send").isDisabled());
    for (const digit of "40719") await press(digit);
    assert.equal(await page.locator("#code").inputValue(), "4071");
    await press("決定");
    await page.locator("#card").getByText("番号では記録できません").waitFor();
    assert.ok(!(await keypad.isVisible()));
    assert.equal(await page.locator("#worker").inputValue(), "", "nothing is left for the next one to read");
  } finally {
    await browser.close();
    await reader.stop();
    registry.stop();
  }
});

test("the camera reads a printed QR, a scanner types a signed one, and the same one is not taken twice", async () => {
  const registry = await startRegistry();
  const reader = await startReader(registry.url);
  const film = join(await mkdtemp(join(tmpdir(), "ashiba-camera-")), "qr.y4m");
  await cameraFile(film);
  const browser = await launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`);
  try {
    const page = await person(browser, reader.url);
    await page.goto("/");
    const card = page.locator("#card");
    const scanner = page.getByRole("dialog", { name: "QRで入力" });
    const open = () => page.getByRole("button", { name: "QRで入力" }).click();
    await open();
    await card.getByText("架空 一郎").waitFor();
    assert.match(await card.innerText(), /入場.*架空 一郎.*有効です/s);
    assert.ok(!(await scanner.isVisible()));
    await checkPage(page, "kiosk-qr");

    // From here on there is no camera.
    await page.evaluate(() => (MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException("none", "NotFoundError"))));
    await open();
    await scanner.getByText("カメラを使えません").waitFor();
    await tablet(page, "kiosk-scanner");
    await checkPage(page, "kiosk-scanner");
    const text = signed(PEOPLE[3], 5);
    const type = async (typed) => {
      if (!(await scanner.isVisible())) await open();
      await page.locator("#scanned").fill(typed);
      await page.keyboard.press("Enter");
      await scanner.waitFor({ state: "hidden" });
    };
    await type(text);
    await card.getByText("例示 花子").waitFor();
    await type(text);
    await card.getByText("使用済みです").waitFor();
    await type(signed(PEOPLE[4], 300));
    await card.getByText("期限が切れています").waitFor();
    assert.equal(await page.locator("#scanned").inputValue(), "", "nothing is left for the next one to use");
  } finally {
    await browser.close();
    await reader.stop();
    registry.stop();
    await rm(join(film, ".."), { recursive: true, force: true });
  }
});
