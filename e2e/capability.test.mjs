// A company states what the registry cannot know, sees points and stars, and publishes them; the operator changes criteria and is told
// whom that would move.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, company;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  company = await person(browser, ashiba.url);
  await signIn(company, logIn("一次下請の事業者責任者"), PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("会社は申告して点と星を見る", async () => {
  await company.goto("/capability?field=scaffolding_tobi");
  await checkPage(company, "capability-own");
  await company.locator('[name="staff"]').fill("たくさん");
  await company.locator('[name="licence_years"]').fill("１２");
  await company.locator('main form.stack button').last().click();
  assert.match(await text(company), /0から999,999まで/);
  assert.equal(await company.locator('[name="licence_years"]').inputValue(), "１２", "what was typed stays");
  await checkPage(company, "capability-wrong");
  await company.locator('[name="staff"]').fill("24");
  await company.locator('[name="no_penalty"]').selectOption("yes");
  await company.locator('[name="training"]').selectOption("yes");
  await company.locator('main form.stack button').last().click();
  assert.match(await text(company), /申告を保存しました/);
  assert.match(await text(company), /24人/);
});

test("同意すると、だれでも見られる。やめると見られない", async () => {
  const anybody = await person(browser, ashiba.url);
  await anybody.goto("/published");
  await checkPage(anybody, "published-none");
  await company.locator("main details.confirm summary").click();
  await company.getByRole("button", { name: "同意して公開する" }).click();
  assert.match(await text(company), /公開中/);
  await checkPage(company, "capability-published");
  await anybody.goto("/published");
  await checkPage(anybody, "published-list");
  await anybody.locator('main a[href^="/published/"]').first().click();
  await checkPage(anybody, "published-company");
  const address = anybody.url();
  await company.getByRole("button", { name: "公開をやめる" }).click();
  assert.equal((await anybody.goto(address)).status(), 404);
});

test("運営者は基準の案をつくり、だれが動くかを見てから施行する", async () => {
  const operator = await person(browser, ashiba.url);
  await signIn(operator, "operator", PASSWORD);
  await operator.goto("/masters");
  await checkPage(operator, "masters");
  await operator.getByRole("link", { name: "能力評価基準の編集" }).click();
  await checkPage(operator, "criteria-edit");
  const area = operator.locator('[name="text"]');
  const shipped = await area.inputValue();
  await operator.locator('[name="source"]').fill("架空の告示第1号");
  await area.fill(shipped.replace("days = 645", "days = 64500"));
  await operator.getByRole("button", { name: "点検して試算する" }).click();
  await checkPage(operator, "criteria-faulty");
  // Formwork carpenters are judged as scaffolders from now on.
  await area.fill(shipped.replace('trade_codes = ["06-01"]', 'trade_codes = ["06-01", "33-01"]'));
  await operator.getByRole("button", { name: "点検して試算する" }).click();
  await operator.getByRole("link", { name: "続きへ進む" }).click({ timeout: 30_000 });
  await checkPage(operator, "criteria-draft");
  await operator.locator("main details.confirm summary").click();
  await operator.getByRole("button", { name: "施行する", exact: true }).click();
  assert.match(await text(operator), /施行しました/);
  await checkPage(operator, "criteria-in-force");
});
