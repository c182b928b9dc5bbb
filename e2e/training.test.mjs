// The operator says which site is a place of training; a worker asks to be told each morning.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, day, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("運営者は、現場を訓練の場所として認め、終わりの日を決める", async () => {
  const prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/sites");
  const link = await prime.locator('main a[href^="/sites/"]').filter({ hasText: "みどり台" }).first().getAttribute("href");
  const site = link.split("/")[2];

  const operator = await person(browser, ashiba.url);
  await signIn(operator, "operator", PASSWORD);
  await operator.locator('main a[href="/training"]').click();
  await checkPage(operator, "training-empty");
  await operator.fill('main [name="site"]', "12345");
  await operator.fill('main [name="from"]', day(0));
  await operator.fill('main [name="note"]', "認定第12号");
  await operator.locator('main form[action="/training"] button').click();
  assert.match(await text(operator), /この現場IDの現場はありません/);
  assert.equal(await operator.locator('main [name="note"]').inputValue(), "認定第12号");
  await checkPage(operator, "training-fault");
  await operator.fill('main [name="site"]', site);
  await operator.locator('main form[action="/training"] button').click();
  await checkPage(operator, "training-list");
  await prime.goto(`/sites/${site}`);
  assert.match(await text(prime), /訓練の場所です/);
  await checkPage(prime, "training-site");
  await operator.locator("main details.confirm summary").click();
  await checkPage(operator, "training-ending");
  await operator.locator('main form[action$="/end"] button').click();
  assert.match(await text(operator), /–/);
  await checkPage(operator, "training-ended");
});

test("技能者は、朝のお知らせを受け取るか決める", async () => {
  const worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者（ベトナム語）"), PASSWORD);
  await worker.locator('main a[href="/my/morning"]').click();
  await checkPage(worker, "morning-off");
  await worker.locator('main form[action="/my/morning"] button').click();
  await checkPage(worker, "morning-on");
  assert.equal(await worker.locator('main [name="wished"]').getAttribute("value"), "no");
});
