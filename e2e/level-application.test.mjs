// A worker applies for a level, pays, is reviewed with the judge's explanation beside the papers, and gets a card in a new colour.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, worker, operator, address;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const next = (page) => page.locator('main form button.primary[value="next"]').click();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者"), PASSWORD);
  operator = await person(browser, ashiba.url);
  await signIn(operator, "operator", PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("技能者が分野とレベルを選んで申請する", async () => {
  await worker.goto("/my/level");
  await checkPage(worker, "level-own");
  await worker.getByRole("button", { name: "レベルを申請する" }).click();
  await checkPage(worker, "level-application-first");
  assert.notEqual(await worker.locator('[name="field"]').inputValue(), "", "where he is furthest is filled in");
  await worker.locator('[name="level"][value="2"]').check();
  await next(worker);
  await checkPage(worker, "level-application-career");
  await next(worker);
  await worker.locator('[name="consent_true"][type=checkbox]').check();
  await next(worker);
  await checkPage(worker, "level-application-check");
  assert.match(await text(worker), /記録から計算した判定/);
  address = worker.url().replace("/check", "");
  await worker.getByRole("button", { name: "この内容で申請する" }).click();
  assert.match(await text(worker), /お支払い待ち/);
  await worker.getByRole("link", { name: "お支払いへ進む" }).click();
  await worker.getByRole("button", { name: "この請求書を支払う" }).click();
  await worker.getByRole("button", { name: "支払う", exact: true }).click();
});

test("審査担当者は判定の説明を見て決め、判定簿に残る", async () => {
  const id = address.split("/").pop();
  await operator.goto(`/review/${id}`);
  await checkPage(operator, "level-review");
  await operator.getByRole("button", { name: "審査を始める" }).click();
  await operator.getByRole("button", { name: "承認する", exact: true }).click();
  await operator.goto("/level-register");
  await checkPage(operator, "level-register");
  assert.match(await text(operator), /レベル2/);
  await worker.goto("/my/level");
  assert.match(await text(worker), /カードはレベル2/);
  await operator.locator("main details.confirm summary").first().click();
  await operator.locator('[name="reason"]').first().fill("架空の理由：書類が事実と違った");
  await operator.getByRole("button", { name: "この判定を取り消す" }).first().click();
  assert.match(await text(operator), /判定を取り消しました/);
  await checkPage(operator, "level-register-cancelled");
});
