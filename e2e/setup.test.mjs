// The set-up of the reader program: a site manager signs in on the page that it serves itself, chooses his site, and the device works.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

const PROGRAM = process.env.ASHIBA_BIN ?? fileURLToPath(new URL("../target/debug/ashiba", import.meta.url));

let ashiba, browser, folder, child, page, door;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

async function enter(id, password) {
  await page.locator('[name="name"]').fill(id);
  await page.locator('[name="password"]').fill(password);
  await page.locator('form[action="/sign-in"] button').click();
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "ashiba-setup-"));
  const more = ["--registry", ashiba.url, "--config", join(folder, "reader.toml"), "--data-dir", join(folder, "data"), "--language", "ja"];
  child = spawn(PROGRAM, ["reader", "setup", ...more], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, DISPLAY: "" } });
  door = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (more) => {
      said += more;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+\/open\?code=\S+/);
      if (found) resolve(found[0]);
    });
    child.once("close", () => reject(new Error(said)));
  });
  page = await person(browser, new URL(door).origin);
});

after(async () => {
  child?.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
  await browser?.close();
  await ashiba?.stop();
});

test("番号を知らない人には、画面は開かない", async () => {
  const answer = await page.goto("/");
  assert.equal(answer.status(), 401);
  await page.goto(door);
  await page.locator('[name="password"]').waitFor();
  await checkPage(page, "setup-sign-in");
});

test("技能者のIDとまちがったパスワードは、理由を言って断る", async () => {
  await enter(logIn("技能者（"), PASSWORD);
  assert.match(await page.locator("body").innerText(), /技能者/);
  await checkPage(page, "setup-worker-refused");
  await enter(logIn("元請の事業者責任者"), "まちがった言葉です");
  assert.equal(await page.locator('[name="password"]').inputValue(), "");
  await checkPage(page, "setup-wrong-password");
});

test("現場と端末を選ぶと、設定と鍵ができる。二度押しても鍵は一つ", async () => {
  await enter(logIn("元請の事業者責任者"), PASSWORD);
  await page.locator('[name="site"]').first().waitFor();
  await checkPage(page, "setup-sites");
  await page.locator('[name="site"]').first().check();
  await page.locator('button[value="next"]').click();
  await page.locator('form[action="/device"]').waitFor();
  await checkPage(page, "setup-device");
  await page.locator('form[action="/device"] [name="name"]').fill("試しの北門");
  await page.locator('select[name="reader"]').selectOption("lines");
  await page.locator('form[action="/device"] button').last().click();
  await page.locator('form[action="/end"]').waitFor();
  await checkPage(page, "setup-done");
  const settings = await readFile(join(folder, "reader.toml"), "utf8");
  assert.match(settings, new RegExp(ashiba.url.replaceAll(".", "\\.")));
  assert.equal((await stat(join(folder, "reader.toml"))).mode & 0o077, 0, "for its owner alone");
  await page.reload();
  await page.locator('form[action="/end"]').waitFor();

  const prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  const site = settings.match(/site\s*=\s*"?(\d{14})/)[1];
  await prime.goto(`/sites/${site}/readers`);
  assert.equal((await text(prime)).match(/試しの北門/g).length, 1);
});
