// The story of days that no gate has seen: a worker enters one on his phone, his company many at once and puts a site on later; the
// prime approves one, all of a company, and refuses one with a reason.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, field, fill, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, worker, company, prime;

const PHONE = { viewport: { width: 360, height: 740 } };
const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
/** Days of the form that have no history yet, today left out: its exit has perhaps not come. */
const freeDays = (page) => page.locator('main label.check:has(input[name="day"]):not(:has(.note)) input').all();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("技能者がスマートフォンで、日を選び、現場を選び、申請する", async () => {
  worker = await person(browser, ashiba.url, PHONE);
  await signIn(worker, logIn("技能者"), PASSWORD);
  await worker.goto("/");
  await worker.getByRole("link", { name: "就業の入力" }).click();
  await worker.getByRole("link", { name: "働いた日を入力する" }).click();
  const days = await freeDays(worker);
  assert.ok(days.length > 1, "at least the Sunday is free");
  // Three taps: the day, the site (which is chosen already), send.
  await days.at(-1).check();
  await worker.getByRole("radio", { name: /みどり台駅前ビル/ }).check();
  await checkPage(worker, "direct-worker-form");
  await worker.getByRole("button", { name: "申請する" }).click();
  await worker.waitForURL("**/my/direct");
  assert.match(await text(worker), /1日分を申請しました/);
  assert.match(await text(worker), /承認待ち/);
  assert.match(await text(worker), /あと\d+日/);
  await checkPage(worker, "direct-worker-list");
});

test("まちがいは項目ごとに伝えられ、入力したものは残る", async () => {
  await worker.goto("/my/direct/new");
  await worker.locator("summary", { hasText: "一覧にない現場" }).click();
  await fill(worker, { site_name: "川べりの現場", note: "カードを忘れました" });
  await worker.getByRole("button", { name: "申請する" }).click();
  await worker.locator("#error-summary").waitFor();
  assert.match(await text(worker), /働いた日を選んでください/);
  assert.match(await text(worker), /どれか一つ/);
  assert.equal(await field(worker, "note").inputValue(), "カードを忘れました");
  await checkPage(worker, "direct-worker-faults");
});

test("所属会社が、何人分・何日分もまとめて入力し、現場IDはあとから付ける", async () => {
  company = await person(browser, ashiba.url);
  await signIn(company, logIn("二次下請"), PASSWORD);
  await company.goto("/");
  await company.getByRole("link", { name: "直接入力", exact: true }).click();
  await company.getByRole("link", { name: "就業を入力する" }).click();
  const people = await company.locator('main input[name="worker"]').all();
  await people[1].check();
  await people[2].check();
  // Two Sundays ago nobody worked; so many days have to be seen.
  const sunday = company.locator('main label.check:has-text("(日)") input[name="day"]').first();
  await sunday.check();
  await fill(company, { site_name: "仮称 港の倉庫", prime_name: "大空みらい建設株式会社" });
  await checkPage(company, "direct-company-form");
  await company.getByRole("button", { name: "申請する" }).click();
  await company.waitForURL("**/direct");
  assert.match(await text(company), /2日分を申請しました/);
  assert.match(await text(company), /現場ID未設定/);
  await checkPage(company, "direct-company-list");
  await company.getByRole("link", { name: /現場IDを付ける/ }).first().click();
  await checkPage(company, "direct-company-no-site");
  await field(company, "site").selectOption({ label: "みどり台駅前ビル新築工事（大空みらい建設株式会社）" });
  await company.getByRole("button", { name: "現場IDを付ける" }).click();
  await company.getByText("現場IDを2件に付けました").waitFor();
  await checkPage(company, "direct-company-site-put");
});

test("元請が数を見て、一件を却下し、会社ごとにまとめて承認する", async () => {
  prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/");
  const entry = prime.locator('nav.menu a[href="/direct/waiting"]');
  assert.match(await entry.innerText(), /3/);
  await entry.click();
  await checkPage(prime, "direct-prime-waiting");
  await prime.locator('main input[name="request"]').first().check();
  await prime.getByRole("button", { name: "選んだものを却下する" }).click();
  await checkPage(prime, "direct-prime-refuse");
  await fill(prime, { reason: "この日は休工でした" });
  await prime.getByRole("button", { name: "1件を却下する" }).click();
  await prime.getByText("1件を却下しました").waitFor();
  await prime.getByRole("button", { name: /この会社の2件をすべて承認する/ }).click();
  await prime.getByText(/2件を承認しました/).waitFor();
  await checkPage(prime, "direct-prime-done");
});

test("入力した側に結果と理由が届き、一日の経過がそろう", async () => {
  await company.goto("/direct?state=over");
  assert.match(await text(company), /却下/);
  assert.match(await text(company), /承認済み/);
  await checkPage(company, "direct-company-over");
  await company.locator("tr", { hasText: "却下" }).getByRole("link", { name: /見る/ }).click();
  assert.match(await text(company), /この日は休工でした/);
  await checkPage(company, "direct-company-refused");
  await company.goto("/direct?state=over");
  await company.locator("tr", { hasText: "承認済み" }).first().getByRole("link", { name: /見る/ }).click();
  await company.getByRole("link", { name: "この日の就業履歴を見る" }).click();
  assert.match(await text(company), /直接入力と承認/);
  await checkPage(company, "direct-day");
  await worker.goto("/notices");
  assert.match(await text(worker), /承認されました|却下されました/);
});

test("記録のちがいを訂正し、元請が承認する", async () => {
  await company.goto("/direct?state=over");
  await company.locator("tr", { hasText: "承認済み" }).first().getByRole("link", { name: /見る/ }).click();
  await company.getByRole("link", { name: "この日の就業履歴を見る" }).click();
  await company.getByRole("link", { name: "この日の記録を訂正する" }).click();
  await checkPage(company, "direct-correct-form");
  await company.getByRole("button", { name: "訂正を申請する" }).click();
  await company.locator("#error-summary").waitFor();
  assert.match(await text(company), /記録と同じです/);
  await fill(company, { from: "07:15", note: "朝礼の時刻がちがっていました" });
  await company.getByRole("button", { name: "訂正を申請する" }).click();
  await company.waitForURL("**/direct");
  assert.match(await text(company), /訂正/);
  await prime.goto("/direct/waiting");
  assert.match(await text(prime), /訂正.*7:15/s);
  await checkPage(prime, "direct-correct-waiting");
  await prime.getByRole("link", { name: /^見る/ }).first().click();
  await checkPage(prime, "direct-correct-one");
  await prime.getByRole("button", { name: "承認する" }).click();
  await prime.getByText(/^承認しました|承認しました。/).first().waitFor();
  await prime.getByRole("link", { name: "この日の就業履歴を見る" }).click();
  assert.match(await text(prime), /7:15/);
  await checkPage(prime, "direct-correct-day");
});

test("元請が一日を取り消すと、理由とともに残る", async () => {
  await prime.locator("summary", { hasText: "この日の就業履歴を取り消す" }).click();
  await fill(prime, { reason: "二重に記録されていました" });
  await prime.getByRole("button", { name: "取り消す", exact: true }).click();
  await prime.getByText("この日の就業履歴を取り消しました").waitFor();
  assert.match(await text(prime), /二重に記録されていました/);
  await checkPage(prime, "direct-void-day");
});

test("ベトナム語でも入力できる", async () => {
  const other = await person(browser, ashiba.url, PHONE);
  await signIn(other, logIn("技能者（ベトナム語）"), PASSWORD);
  await other.goto("/my/direct/new");
  if (!(await text(other)).includes("Ngày làm việc")) {
    await other.locator(".languages summary").click();
    await other.locator('.languages button[lang="vi"]').click();
    await other.goto("/my/direct/new");
  }
  assert.match(await text(other), /Ngày làm việc/);
  await checkPage(other, "direct-worker-vi");
});
