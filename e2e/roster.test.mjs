// The story of a roster: a company lets the one above it act, its worker consents on his telephone, the proxy puts him on the roster;
// the rest by pattern, with what is missing shown and printed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser;
const at = {};

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

async function arrive(role, who, options) {
  at[role] = await person(browser, ashiba.url, options);
  await signIn(at[role], logIn(who), PASSWORD);
  return at[role];
}

async function visit(page, path, name) {
  await page.goto(path);
  await checkPage(page, `roster-${name}`);
}

const notice = (page) => page.locator(".flash").innerText();

before(async () => {
  [ashiba, browser] = await Promise.all([startAshiba("--no-gate"), launch()]);
});
after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("上位の会社が合意を依頼し、下位の会社が警告を読んで合意する", async () => {
  const proxy = await arrive("proxy", "一次下請");
  await visit(proxy, "/agreements", "agreements");
  assert.match(await text(proxy), /合意済み/);
  await proxy.getByRole("link", { name: "合意を依頼する" }).click();
  await proxy.getByRole("searchbox").fill("つばめ");
  await proxy.getByRole("button", { name: "検索" }).click();
  await checkPage(proxy, "roster-agreement-new");
  await proxy.getByRole("button", { name: /^合意を依頼する/ }).click();
  assert.match(await notice(proxy), /依頼しました/);
  await checkPage(proxy, "roster-agreement-asked");
  const asked = new URL(proxy.url()).pathname;
  const principal = await arrive("principal", "別の一次下請");
  await visit(principal, asked, "agreement-warning");
  assert.match(await text(principal), /合意すると、こうなります/);
  await principal.getByRole("button", { name: "合意しない" }).click();
  assert.match(await notice(principal), /合意しないと答えました/);
});

test("技能者が携帯電話で、自分の言葉で同意する", async () => {
  const worker = await arrive("worker", "技能者（ベトナム語）", { viewport: { width: 360, height: 740 }, locale: "vi-VN" });
  await visit(worker, "/my/proxies", "consent");
  await worker.locator('button[value="yes"]').click();
  await checkPage(worker, "roster-consented");
  assert.equal(await worker.locator('button[value="yes"]').count(), 0);
});

test("代理で名簿に登録し、足りないものを見て、印刷する", async () => {
  const proxy = at.proxy;
  await proxy.goto("/sites");
  await proxy.getByRole("link", { name: /みどり台駅前ビル/ }).first().click();
  await proxy.locator('nav.tabs a[href$="/roster"]').click();
  await checkPage(proxy, "roster-list");
  const roster = new URL(proxy.url()).pathname;
  assert.match(await text(proxy), /代理で手続きできます/);
  await proxy.locator("section", { hasText: "ほしの鉄筋" }).getByRole("link", { name: /技能者を登録する/ }).click();
  await checkPage(proxy, "roster-proxy-add");
  assert.match(await text(proxy), /同意していない、または答えていない技能者/);
  await visit(proxy, `${roster}?missing=expiry`, "missing-expiry");
  await visit(proxy, `${roster}/print?paper=a3`, "print");
  const row = await proxy.goto(roster).then(() => proxy.locator("tbody a", { hasText: "編集" }).first().getAttribute("href"));
  await visit(proxy, row, "row");
  await proxy.getByLabel("有害物質の取扱い", { exact: false }).first().selectOption({ label: "粉じん" });
  await proxy.getByLabel("新規入場者教育の実施日", { exact: false }).fill("2020-01-01");
  await proxy.getByRole("button", { name: "保存" }).click();
  assert.match(await notice(proxy), /変更しました/);
});

test("パターンとExcelでまとめて登録する", async () => {
  const company = await arrive("company", "二次下請");
  await visit(company, "/patterns", "patterns");
  await company.getByRole("link", { name: /^開く/ }).first().click();
  await company.getByRole("checkbox").first().check();
  await company.getByRole("button", { name: "チェックした人を加える" }).click();
  await checkPage(company, "roster-pattern");
  await company.goto("/sites");
  await company.getByRole("link", { name: /みどり台駅前ビル/ }).first().click();
  await company.locator('nav.tabs a[href$="/roster"]').click();
  await company.getByRole("link", { name: "まとめて登録する" }).click();
  await checkPage(company, "roster-many");
  const [download] = await Promise.all([company.waitForEvent("download"), company.getByRole("link", { name: /ひな形をダウンロード/ }).click()]);
  const file = await download.path();
  await company.locator('input[type="file"]').setInputFiles({ name: "名簿.xlsx", mimeType: "application/octet-stream", buffer: await (await import("node:fs/promises")).readFile(file) });
  await company.locator('form:has(input[type="file"]) button').click();
  await checkPage(company, "roster-draft");
  assert.match(await text(company), /そのまま/);
  await company.getByRole("button", { name: "取りやめる" }).click();
  assert.match(await notice(company), /何も登録していません/);
  await visit(company, "/expiries", "expiries");
});
