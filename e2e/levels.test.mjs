// A company sees the levels of all its people; the operator sees figures that tell nothing of few.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, employer;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  employer = await person(browser, ashiba.url);
  await signIn(employer, logIn("一次下請の事業者責任者"), PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("会社は、自社の技能者のレベルを一覧し、絞り込み、一人ずつ開く", async () => {
  await employer.goto("/levels");
  await checkPage(employer, "levels-company");
  const all = await employer.locator("main tbody tr").count();
  assert.ok(all > 0, "the demo has judged levels");
  await employer.locator('main select[name="level"]').selectOption({ index: 1 });
  await employer.locator("main form.filters button").click();
  await checkPage(employer, "levels-filtered");
  await employer.goto("/levels");
  await employer.locator('main a[href^="/levels/"]').first().click();
  await checkPage(employer, "levels-detail");
  await employer.goto("/levels?paper=a4");
  const pdf = await employer.pdf({ preferCSSPageSize: true, path: new URL("out/levels.pdf", import.meta.url).pathname });
  assert.ok(pdf.length > 1000);
});

test("運営者はレベルの集計を見る。少人数の内訳は出ない", async () => {
  const operator = await person(browser, ashiba.url);
  await signIn(operator, "operator", PASSWORD);
  await operator.goto("/figures/levels");
  await checkPage(operator, "levels-figures");
  assert.match(await text(operator), /レベル/);
});

test("元請は自分の現場の集計を見る", async () => {
  const prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/figures/levels");
  await checkPage(prime, "levels-figures-prime");
});
