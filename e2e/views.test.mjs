// Histories added up: by month, as a list, as a calendar with filters, on paper, and a worker's own whole history.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, prime, site;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/sites");
  const link = prime.locator('main a[href^="/sites/"]').filter({ hasText: "みどり台" }).first();
  site = (await link.getAttribute("href")).split("/").slice(0, 3).join("/");
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

/** Goes to a view, looks at it, and gives its lines. */
async function lines(page, path, name) {
  await page.goto(path);
  await checkPage(page, name);
  return page.locator("main tbody tr").count();
}

test("カレンダーから月別集約と月別計へ行き、絞り込んで、名前の行で探す", async () => {
  const all = await lines(prime, `${site}/calendar`, "views-calendar");
  await prime.locator("nav.ways a").nth(1).click();
  await checkPage(prime, "views-list");
  assert.equal(await prime.locator("main tbody tr").count(), all);
  await prime.locator("nav.ways a").nth(2).click();
  await checkPage(prime, "views-totals");
  await prime.locator('select[name="show"]').selectOption("open");
  await prime.locator("main form.toolbar button").click();
  await checkPage(prime, "views-totals-open");
  const open = await prime.locator("main tbody tr").count();
  assert.ok(open > 0 && open < all, `${open} of ${all}`);
  await prime.locator("main form.toolbar a.quiet").click();
  let found = 0;
  for (const row of await prime.locator("nav.kana a").evaluateAll((links) => links.slice(1).map((a) => a.getAttribute("href")))) {
    await prime.goto(row);
    found += await prime.locator("main tbody tr").count();
  }
  assert.equal(found, all, "each name stands in one row of the kana table");
});

test("だれもいない絞り込みは、そう言って戻り道を示す", async () => {
  await prime.goto(`${site}/month-list?level=4&trade=30-01`);
  assert.match(await text(prime), /条件に合う/);
  await checkPage(prime, "views-none");
});

test("紙では全員が一枚の表になり、A3でもA4でも刷れる", async () => {
  for (const view of ["calendar", "month-list", "totals"]) {
    for (const paper of ["a3", "a4"]) {
      await prime.goto(`${site}/${view}?paper=${paper}`);
      assert.equal(await prime.locator("nav.kana").count(), 0);
      assert.ok((await prime.locator("main tbody tr").count()) > 10);
      const pdf = await prime.pdf({ preferCSSPageSize: true, path: new URL(`out/views-${view}-${paper}.pdf`, import.meta.url).pathname });
      assert.ok(pdf.length > 1000);
    }
  }
  await checkPage(prime, "views-paper");
});

test("下請は自社の技能者の月を、全現場まとめて見る", async () => {
  const employer = await person(browser, ashiba.url);
  await signIn(employer, logIn("一次下請の事業者責任者"), PASSWORD);
  await employer.goto("/sites");
  await employer.locator('main a[href^="/month-list"]').first().click();
  await checkPage(employer, "views-own-workers");
  assert.ok((await employer.locator("main tbody tr").count()) > 0);
});

test("技能者は自分のすべての就業を見て、直したい日の訂正を申請する", async () => {
  const worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者（"), PASSWORD);
  await worker.goto("/my/history");
  await checkPage(worker, "views-own");
  assert.match(await text(worker), /職種/);
  await worker.locator('main a[href^="/my/calendar?month="]').first().click();
  await worker.locator('main a[href*="/days/"]').first().click();
  await worker.locator('main a[href^="/direct/correct/"]').click();
  await worker.fill('main [name="from"]', "07:05");
  await worker.locator('main form[action^="/direct/correct/"] button').first().click();
  assert.match(await text(worker), /訂正/);
  assert.equal(new URL(worker.url()).pathname, "/my/direct");
  // A day of which only the exit is known has nothing to correct, but says what it lacks and who can mend it.
  const open = await person(browser, ashiba.url);
  await signIn(open, logIn("技能者（ベトナム語）"), PASSWORD);
  await open.goto("/my/history");
  assert.ok((await open.locator("main ul.open-days li").count()) > 0);
  await checkPage(open, "views-own-open");
});
