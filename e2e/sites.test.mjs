// The story of a site, as its prime lives it in a browser: registered with its place, contract and kentaikyo, opened to others item by
// item, given to a site manager, suspended and resumed, copied, many at once by Excel; every page is looked at in both widths.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { excel, XLSX } from "./files.mjs";
import { checkPage, day, field, fill, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";


let ashiba, browser, prime, lower, site;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

const save = (page) => page.locator("main form .actions button.primary").first().click();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("元請が現場を登録する。足りないところは項目の横で知らせ、今いる場所を地図の位置に入れる", async () => {
  prime = await person(browser, ashiba.url, { permissions: ["geolocation"], geolocation: { latitude: 35.71, longitude: 139.51 } });
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/sites");
  await checkPage(prime, "sites-list");
  await prime.getByRole("link", { name: "現場を登録する" }).click();
  await fill(prime, { name: "わかば町改修まとめ工事", from: day(0), to: day(90), prefecture: "13" });
  await save(prime);
  assert.match(await text(prime), /発注区分：入力してください/);
  assert.equal(await field(prime, "name").inputValue(), "わかば町改修まとめ工事");
  await checkPage(prime, "site-new-wrong");
  await fill(prime, { order_kind: "private", city: "架空市", street: "わかば町1丁目", hazardous: "no", bundled: "yes" });
  await prime.getByRole("button", { name: "今いる場所を入れる" }).click();
  await prime.getByText("入れました").waitFor();
  assert.equal(await field(prime, "place").inputValue(), "35.710000,139.510000");
  await save(prime);
  assert.match(await text(prime), /半径（m）：入力してください/);
  await fill(prime, { radius: "200" });
  await save(prime);
  assert.match(await prime.locator(".flash").innerText(), /現場を登録しました/);
  site = new URL(prime.url()).pathname;
  await checkPage(prime, "site-overview");
});

test("契約・工事・建退共を、わかったときに足す", async () => {
  await prime.goto(`${site}/data`);
  assert.match(await text(prime), /まだ登録がありません/);
  await prime.goto(`${site}/edit/contract`);
  await checkPage(prime, "site-contract-empty");
  await fill(prime, { "contract.0.name": "わかば町改修工事", "contract.0.orderer": "わかば町管理組合", "contract.0.amount_yen": "12,000,000" });
  await prime.getByRole("button", { name: "もう1件追加する" }).click();
  await fill(prime, { "contract.1.name": "わかば町外構工事" });
  await save(prime);
  assert.match(await text(prime), /契約2 発注者名：入力してください/);
  await fill(prime, { "contract.1.orderer": "わかば町管理組合" });
  await save(prime);
  await prime.waitForURL(`**${site}/data`);
  await prime.goto(`${site}/edit/kentaikyo`);
  await fill(prime, { kentaikyo_method: "stamp" });
  await save(prime);
  assert.match(await text(prime), /共済契約者番号：入力してください/);
  await fill(prime, { kentaikyo_number: "60-12345" });
  await save(prime);
  await prime.waitForURL(`**${site}/data`);
  await checkPage(prime, "site-data");
});

test("公開する項目を決める。下請に見えるのは公開した項目だけ", async () => {
  await prime.goto("/sites");
  await prime.getByRole("link", { name: "みどり台駅前ビル新築工事" }).click();
  const building = new URL(prime.url()).pathname;
  lower = await person(browser, ashiba.url);
  await signIn(lower, logIn("一次下請の事業者責任者"), PASSWORD);
  await lower.goto(`${building}/data`);
  assert.doesNotMatch(await text(lower), /架空市街地開発/);
  await prime.goto(`${building}/publication`);
  await prime.locator('[name="uppers.orderer"]').check();
  await checkPage(prime, "site-publication");
  await save(prime);
  await lower.reload();
  assert.match(await text(lower), /架空市街地開発/);
  assert.doesNotMatch(await text(lower), /1,280,000,000/);
  await checkPage(lower, "site-data-lower");
  const worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者"), PASSWORD);
  await worker.goto("/my/sites");
  await checkPage(worker, "site-own-list");
  await worker.getByRole("link", { name: "みどり台駅前ビル新築工事" }).click();
  await checkPage(worker, "site-own");
});

test("二人が同時に直しても、上書きされない", async () => {
  const second = await prime.context().newPage();
  await second.goto(`${site}/edit`);
  await prime.goto(`${site}/edit`);
  await fill(prime, { office: "南作業所" });
  await save(prime);
  await fill(second, { office: "北作業所" });
  await save(second);
  assert.match(await text(second), /ほかの人が先に/);
  assert.match(await text(second), /今の登録内容：南作業所/);
  await second.screenshot({ path: new URL("./out/site-conflict.png", import.meta.url).pathname, fullPage: true });
  await save(second);
  assert.match(await text(second), /北作業所/);
  await second.close();
});

test("中断し、再開し、作業場所メモを残す。変更の記録に残る", async () => {
  await prime.goto(`${site}/state`);
  await checkPage(prime, "site-state");
  const card = prime.locator("section.card", { hasText: "中断する" }).first();
  await card.locator('[name="day"]').fill(day(2));
  await card.locator('[name="reason"]').fill("台風の備え");
  await card.getByRole("button", { name: "中断する" }).click();
  assert.match(await text(prime), /台風の備え/);
  await checkPage(prime, "site-suspended");
  const resume = prime.locator("section.card", { hasText: "再開する" }).first();
  await resume.locator('[name="day"]').fill(day(2));
  await resume.getByRole("button", { name: "再開する" }).click();
  assert.match(await prime.locator(".flash").innerText(), /現場の状態を変更しました/);
  await prime.goto(`${site}/places`);
  await fill(prime, { place: "わかば町2丁目の戸建" });
  await save(prime);
  await checkPage(prime, "site-places");
  await prime.goto(`${site}/managers`);
  await checkPage(prime, "site-managers");
  await prime.goto(`${site}/events`);
  const told = await text(prime);
  for (const what of ["現場を登録", "中断：", "再開：", "作業場所メモ", "南作業所 → 北作業所"]) assert.ok(told.includes(what), what);
  await checkPage(prime, "site-events");
});

test("現場を写して登録し、まちがえた現場は削除する", async () => {
  await prime.goto(`${site}/data`);
  await prime.getByRole("link", { name: "この現場を写して登録する" }).click();
  assert.match(await text(prime), /写しました/);
  await fill(prime, { name: "わかば町改修まとめ工事（二期）", to: day(200) });
  await checkPage(prime, "site-copy");
  await save(prime);
  const copy = new URL(prime.url()).pathname;
  await prime.goto(`${copy}/data`);
  assert.match(await text(prime), /わかば町管理組合/);
  await prime.goto(`${copy}/state`);
  await prime.locator("summary", { hasText: "現場を削除する" }).click();
  const card = prime.locator("details[open]");
  await card.locator('[name="reason"]').fill("二重登録");
  await card.locator("form button").click();
  assert.match(await prime.locator(".flash").innerText(), /現場を削除しました/);
  assert.doesNotMatch(await text(prime), /二期/);
});

const COLUMNS = ["#field", "site_id", "name", "order_kind", "from", "to", "prefecture", "city", "street", "hazardous", "office", "contract.0.name", "contract.0.orderer"];

async function sendSheet(rows) {
  await prime.goto("/sites/many");
  const buffer = Buffer.isBuffer(rows) ? rows : excel([COLUMNS, ["#項目"], ...rows]);
  await field(prime, "file").setInputFiles({ name: "来期の現場.xlsx", mimeType: XLSX, buffer });
  await prime.getByRole("button", { name: "送って確認する" }).click();
}

test("Excelでまとめて登録・変更する。まちがいはセルで知らせ、二度押しても二重にならない", async () => {
  await prime.goto("/sites");
  await prime.getByRole("link", { name: "Excelでまとめて登録・変更" }).click();
  await checkPage(prime, "site-many");
  const [download] = await Promise.all([prime.waitForEvent("download"), prime.getByRole("link", { name: "自社の現場が入ったファイル" }).click()]);
  assert.equal(download.suggestedFilename(), "自社の現場.xlsx");
  await sendSheet(await readFile(await download.path()));
  assert.match(await text(prime), /変わるところはありません/);
  await checkPage(prime, "site-many-same");
  const id = site.split("/").at(-1);
  const fresh = (name, changes = {}) => {
    const row = { site_id: "", name, order_kind: "民間工事", from: day(0), to: day(120), prefecture: "13 東京都", city: "架空市", street: "ひばり台2-3", hazardous: "いいえ", office: "", "contract.0.name": "", "contract.0.orderer": "", ...changes };
    return ["", ...COLUMNS.slice(1).map((column) => row[column])];
  };
  const change = ["", id, "", "", "", day(150), "", "", "", "", "東作業所", "", ""];
  await sendSheet([fresh("ひばり台一号棟新築工事", { to: day(-3) }), fresh("ひばり台二号棟新築工事", { order_kind: "王立工事", "contract.0.name": "二号棟工事" }), change]);
  const told = await text(prime);
  for (const what of ["直すところが3か所", "F3", "D4", "終了日は、開始日と同じか", "まだ何も登録・変更していません"]) assert.ok(told.includes(what), `${what}: ${told}`);
  assert.equal(await prime.locator('button[value="register"]').count(), 0);
  await checkPage(prime, "site-many-faults");
  await sendSheet([fresh("ひばり台一号棟新築工事"), fresh("ひばり台二号棟新築工事", { "contract.0.name": "二号棟工事", "contract.0.orderer": "ひばり台不動産" }), change]);
  assert.match(await text(prime), /現場事務所の名称：北作業所 → 東作業所/);
  await checkPage(prime, "site-many-draft");
  const draft = prime.url();
  const second = await prime.context().newPage();
  await second.goto(draft);
  await prime.getByRole("button", { name: "2現場を登録し、1現場を変更する" }).click();
  assert.match(await text(prime), /2現場を登録し、1現場を変更しました/);
  await checkPage(prime, "site-many-done");
  await second.getByRole("button", { name: "2現場を登録し、1現場を変更する" }).click();
  assert.match(await text(second), /2現場を登録し、1現場を変更しました/);
  await second.close();
  await prime.goto("/sites?q=ひばり台");
  assert.match(await text(prime), /2現場/);
  await checkPage(prime, "site-many-list");
});
