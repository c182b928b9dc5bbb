// The organisation of a site as its people work on it: the chart on a wide screen and on a phone, a company without an ID and its
// replacement, a branch that moves, two people at the same tree, the link in the mail. The demo's site has four tiers to begin with.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

const SITE = "みどり台駅前ビル新築工事";

let ashiba, browser, prime, first, chart;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const notice = (page) => page.locator(".flash").innerText();
const node = (page, name) => page.locator(".tree .node", { hasText: name });

async function arrive(who) {
  const page = await person(browser, ashiba.url);
  await signIn(page, logIn(who), PASSWORD);
  return page;
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("元請が施工体制図を見る。広い画面では箱と線、電話では一覧になる", async () => {
  prime = await arrive("元請の事業者責任者");
  await prime.goto("/sites");
  await prime.getByRole("link", { name: SITE }).first().click();
  await prime.getByRole("link", { name: "施工体制", exact: true }).click();
  chart = new URL(prime.url()).pathname;
  await checkPage(prime, "organisation-chart");
  assert.match(await text(prime), /CCUS未登録/);
  assert.match(await text(prime), /この現場を離れた会社/);
  const at = async (name) => (await node(prime, name).boundingBox()) ?? {};
  const [top, one, two, four] = [await at("大空みらい"), await at("ひばり躯体"), await at("ほしの鉄筋"), await at("つぐみ組")];
  assert.ok(top.x < one.x && one.x < two.x && two.x < four.x, "each tier is a column");
  // Invited in the same moment, they come in any order.
  const highest = Math.min(one.y, (await at("つばめ電設")).y);
  assert.equal(Math.round(top.y), Math.round(highest), "the first lower company stands beside the prime");
  await prime.setViewportSize({ width: 360, height: 800 });
  const [phone, deep] = [await at("ひばり躯体"), await at("つぐみ組")];
  assert.ok(deep.y > phone.y && deep.x > phone.x && deep.width > 200, "an indented list");
  await prime.setViewportSize({ width: 1440, height: 900 });
});

test("過去の日の施工体制を見る", async () => {
  const past = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  await prime.getByLabel("日付").fill(past);
  await prime.getByRole("button", { name: "この日の施工体制を表示" }).click();
  assert.match(await text(prime), /時点の施工体制です/);
  await checkPage(prime, "organisation-past");
  await prime.getByRole("link", { name: "今の施工体制に戻る" }).click();
});

test("一次下請が、CCUS未登録の会社を置換する。内容を見てから押し、進みぐあいが見える", async () => {
  first = await arrive("一次下請");
  await first.goto(chart);
  await node(first, "なごみ左官店").getByRole("link", { name: "なごみ左官店", exact: true }).click();
  await checkPage(first, "organisation-node");
  await first.getByRole("link", { name: "CCUS登録事業者に置換する" }).click();
  await checkPage(first, "organisation-replace");
  await first.getByRole("link", { name: "会社を探す" }).click();
  await first.getByLabel(/会社名・フリガナ/).fill("くじら");
  await first.getByRole("button", { name: "検索" }).click();
  await checkPage(first, "organisation-companies");
  await first.getByRole("link", { name: /この会社を選ぶ/ }).click();
  assert.match(await text(first), /「なごみ左官店」を「くじら土木株式会社」に置き換えます/);
  await checkPage(first, "organisation-replace-preview");
  await first.getByRole("button", { name: "置換する" }).click();
  await first.getByText("置換が終わりました").waitFor();
  await checkPage(first, "organisation-job");
  await first.getByRole("link", { name: "続きへ進む" }).click();
  assert.equal(await node(first, "なごみ左官店").count(), 0);
  assert.equal(await node(first, "くじら土木").count(), 1);
});

test("二人が同じ会社を直すと、あとの人は断られ、入力した内容が残る", async () => {
  const open = async (page) => {
    await page.goto(chart);
    await node(page, "ひばり躯体").getByRole("link", { name: "ひばり躯体工業株式会社", exact: true }).click();
    await page.getByRole("link", { name: "工事名称・工事内容を直す" }).click();
  };
  await open(prime);
  await open(first);
  await prime.getByLabel("工事名称").fill("地上躯体工事");
  await prime.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(prime), /保存しました/);
  await first.getByLabel("工事名称").fill("躯体工事一式");
  await first.getByRole("button", { name: "保存する" }).click();
  assert.match(await text(first), /大空みらい建設株式会社がこの位置か/);
  assert.equal(await first.getByLabel("工事名称").inputValue(), "躯体工事一式");
  await checkPage(first, "organisation-meanwhile");
  await first.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(first), /保存しました/);
});

test("元請が二次下請の枝を自社の下に移す。変わることを先に見せる", async () => {
  await prime.goto(chart);
  await node(prime, "ほしの鉄筋").getByRole("link", { name: "ほしの鉄筋株式会社", exact: true }).click();
  await prime.getByRole("link", { name: /位置（次数・上位の会社）を変える/ }).click();
  await prime.getByLabel("新しい上位の会社").selectOption({ index: 1 });
  await prime.getByRole("button", { name: "内容を確かめる" }).click();
  assert.match(await text(prime), /2次から1次になります[\s\S]*下の2社もいっしょに/);
  await checkPage(prime, "organisation-move");
  await prime.getByRole("button", { name: "この位置に移す" }).click();
  assert.match(await notice(prime), /位置を変えました/);
  await node(prime, "ほしの鉄筋").getByRole("link", { name: "ほしの鉄筋株式会社", exact: true }).click();
  assert.match(await text(prime), /位置を変更（新しい上位：大空みらい建設株式会社）/);
});

test("一次下請が、合意済みの会社を招待し、代わりに承認する。相手の会社に知らされる", async () => {
  await first.goto(chart);
  await first.getByRole("link", { name: "下請の会社を招待する" }).click();
  await first.getByRole("link", { name: "合意済みの会社" }).click();
  await checkPage(first, "organisation-agreed");
  await first.getByLabel(/会社名・事業者IDで探す/).fill("だれでもない");
  await first.getByRole("button", { name: "検索" }).click();
  assert.match(await text(first), /あてはまる会社はありません/);
  await first.getByRole("link", { name: "合意済みの会社" }).click();
  await first.getByRole("link", { name: /この会社を選ぶ.*ほしの鉄筋/ }).click();
  await first.getByLabel("工事名称").first().fill("二期鉄筋工事");
  await first.getByRole("button", { name: "招待する" }).click();
  assert.match(await notice(first), /招待しました/);
  await checkPage(first, "organisation-proxy-chart");
  await first.getByRole("link", { name: /代わりに答える.*ほしの鉄筋/ }).click();
  await checkPage(first, "organisation-proxy-answer");
  const approval = new URL(first.url()).pathname;
  assert.match(await text(first), /ほしの鉄筋株式会社に知らされ/);
  await first.getByLabel("工事内容").fill("二期 基礎の鉄筋加工組立");
  await first.getByRole("button", { name: "この内容で承認する" }).click();
  assert.match(await notice(first), /代わりに承認し、その会社に知らせました/);
  const second = await arrive("二次下請");
  await second.goto("/notices");
  assert.match(await text(second), /ひばり躯体工業株式会社が、事業者間合意により/);
  await second.goto(approval);
  assert.match(await text(second), /ひばり躯体工業株式会社（事業者間合意による代理）/);
  await checkPage(second, "organisation-proxy-answered");
  await second.goto(`${chart}/nodes/${approval.split("/").pop()}`);
  assert.match(await text(second), /ほしの鉄筋株式会社の代理/);
  await checkPage(second, "organisation-proxy-node");
});

test("パターンを別の現場に使う前に、会社ごとの内容が見える", async () => {
  await prime.goto(`${chart}/patterns`);
  await prime.getByLabel("パターンの名前").fill("駅前ビルの顔ぶれ");
  await prime.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(prime), /パターンを保存しました/);
  await prime.goto("/sites");
  await prime.getByRole("link", { name: "ひかり大橋夜間補修工事" }).first().click();
  await prime.getByRole("link", { name: "施工体制", exact: true }).click();
  await prime.getByRole("link", { name: "施工体制パターン" }).click();
  await prime.getByRole("button", { name: /内容を確かめる.*駅前ビル/ }).click();
  assert.match(await text(prime), /つばめ電設株式会社[\s\S]*すでに招待されているか/);
  assert.equal(await prime.getByRole("button", { name: "この内容で登録する" }).count(), 0, "all or nothing");
  await checkPage(prime, "organisation-pattern");
});

test("印刷すると、A3の横に収まる", async () => {
  await prime.goto(chart);
  const pdf = await prime.pdf({ preferCSSPageSize: true, printBackground: true, path: new URL("./out/organisation-a3.pdf", import.meta.url).pathname });
  const page = /MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString("latin1"));
  assert.deepEqual([Math.round(page[1]), Math.round(page[2])], [1191, 842], "A3 landscape in points");
});
