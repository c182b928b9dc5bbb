// What happens to a registration over the years, as people live it in a browser: a worker moves and the new company confirms; a company
// files a change and the worker agrees to just that; a company renews, another one withdraws; a sole master begins. Every page is
// looked at in both widths.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, field, fill, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, worker, first, second, reviewer;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const next = (page) => page.locator('main form button.primary[value="next"]').click();

/** A new person at a browser of his own, signed in. */
async function somebody(who) {
  const page = await person(browser, ashiba.url);
  await signIn(page, logIn(who), PASSWORD);
  return page;
}

/** Goes through the steps of an application. */
async function steps(page, address, all) {
  for (const [step, values] of all) {
    await page.goto(`${address}/steps/${step}`);
    await fill(page, values);
    await next(page);
    await page.waitForURL((at) => !at.pathname.endsWith(`/steps/${step}`));
  }
}

async function approve(page) {
  await page.goto("/review");
  await page.locator("tbody a").first().click();
  await page.getByRole("button", { name: "審査を始める" }).click();
  await page.getByRole("button", { name: "承認する", exact: true }).click();
  await page.waitForURL("**/review");
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  reviewer = await somebody("審査担当者");
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("技能者が会社を移ると届け出る。まちがった会社IDは項目の横で知らせる", async () => {
  worker = await somebody("技能者（");
  await worker.goto("/my/move");
  await field(worker, "company").fill("12345678901222");
  await worker.getByRole("button", { name: "届け出る" }).click();
  assert.match(await text(worker), /この事業者IDの会社はありません/);
  await checkPage(worker, "life-move-wrong");
  await field(worker, "company").fill(logIn("一次下請の事業者責任者"));
  await worker.getByRole("button", { name: "届け出る" }).click();
  assert.match(await text(worker), /会社の確認待ち/);
  await checkPage(worker, "life-move-told");
});

test("移る先の会社が確認する。離れる会社には最終日だけが届く", async () => {
  first = await somebody("一次下請の事業者責任者");
  await first.goto("/moves");
  await checkPage(first, "life-moves");
  await first.getByRole("link", { name: /^確認する/ }).first().click();
  await checkPage(first, "life-move-answer");
  await first.getByRole("button", { name: "所属を確認する" }).click();
  assert.match(await text(first), /所属の届け出|確認済み/);
  second = await somebody("二次下請の事業者責任者");
  await second.goto("/moves");
  assert.doesNotMatch(await text(second), /ひばり躯体工業/);
  await checkPage(second, "life-moves-leaving");
});

test("会社が変更を代行し、本人が画面で内容を見て同意する", async () => {
  const vietnamese = await somebody("技能者（ベトナム語）");
  await second.goto("/ties");
  await checkPage(second, "life-ties");
  await second.getByRole("link", { name: /申請・届出.*NGUYEN/ }).click();
  await checkPage(second, "life-for-worker");
  await second.getByRole("button", { name: /登録内容の変更を代行する/ }).click();
  await second.waitForURL("**/steps/kind");
  const address = new URL(second.url()).pathname.replace("/steps/kind", "");
  // What is registered stands there already: only what differs is typed.
  assert.equal(await field(second, "country").inputValue(), "VN");
  await checkPage(second, "life-proxy-change");
  await next(second);
  await second.waitForURL("**/steps/name");
  assert.equal(await field(second, "given_alphabet").inputValue(), "VAN HUNG");
  await steps(second, address, [["person", { street: "みどり台30-40", mobile: "09000000000" }]]);
  await second.goto(address);
  await checkPage(second, "life-proxy-status");
  await second.goto(`${address}/consent-form`);
  assert.match(await text(second), /署名/);
  await checkPage(second, "life-consent-form");
  await second.emulateMedia({ media: "print" });
  await second.screenshot({ path: new URL("./out/life-consent-form-print.png", import.meta.url).pathname, fullPage: true });
  await second.emulateMedia({ media: "screen" });
  // What is not finished is asked of nobody.
  await second.goto(address);
  await second.getByRole("button", { name: "本人に画面で同意を求める" }).click();
  assert.match(await second.locator("body").innerText(), /書き終わっていない/);
  await vietnamese.context().close();
});

test("期限の近い会社は更新を始められる。関係のない会社は退会を申請し、影響を確かめる", async () => {
  const painter = await somebody("未承認の一次下請の事業者責任者");
  await painter.goto("/applications");
  assert.match(await text(painter), /事業者登録の更新を申請する/);
  await checkPage(painter, "life-renewal");
  const leaving = await somebody("この現場に関係のない会社");
  await leaving.goto("/applications");
  await leaving.getByText("事業者退会", { exact: true }).click();
  await leaving.getByRole("button", { name: /始める.*事業者退会/ }).click();
  await leaving.waitForURL("**/steps/why");
  const address = new URL(leaving.url()).pathname.replace("/steps/why", "");
  await checkPage(leaving, "life-withdrawal-why");
  await steps(leaving, address, [
    ["why", { reason: "closed" }],
    ["sure", { consent_seen: "yes", consent_final: "yes" }],
  ]);
  await leaving.goto(`${address}/check`);
  assert.match(await text(leaving), /所属技能者\d+人/);
  await checkPage(leaving, "life-withdrawal-check");
  await leaving.getByRole("button", { name: "この内容で申請する" }).click();
  await checkPage(leaving, "life-withdrawal-sent");
  await reviewer.goto("/review");
  await reviewer.locator("tbody a").first().click();
  await checkPage(reviewer, "life-withdrawal-review");
  await approve(reviewer);
  await leaving.goto("/sites");
  await leaving.waitForURL(/\/sign-in/);
});

test("一人親方は一つの申請で、運営者は死亡の届出を始める", async () => {
  const applicant = await somebody("登録を申請する人");
  await applicant.goto("/applications");
  await checkPage(applicant, "life-applicant");
  await applicant.getByRole("button", { name: /一人親方の登録/ }).click();
  await applicant.waitForURL("**/steps/kind");
  const address = new URL(applicant.url()).pathname.replace("/steps/kind", "");
  await applicant.goto(`${address}/steps/firm`);
  await fill(applicant, { firm_name: "鶯工務店", firm_kana: "ウグイスコウムテン", firm_licence_held: "no" });
  await applicant.locator('[name="firm_business"][value="01"]').check();
  await checkPage(applicant, "life-sole-master");
  const operator = await somebody("登録簿の運営者");
  await operator.goto("/search/workers");
  await field(operator, "q").fill("NGUYEN");
  await operator.getByRole("button", { name: "検索" }).click();
  await operator.getByRole("link", { name: /NGUYEN/ }).click();
  await operator.getByRole("button", { name: /死亡の届出/ }).click();
  await operator.waitForURL("**/steps/death");
  await checkPage(operator, "life-death");
});
