// Many workers at once, and data taken out: a proxy clerk sends an Excel file with a zip of papers, mends what is told, and applies; a
// company and a worker take out what is theirs. Every page is looked at in both widths.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFile } from "node:fs/promises";
import { excel, XLSX, zip } from "./files.mjs";
import { checkPage, launch, PAPER, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, clerk, photo;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

const WORKER = {
  registration: "簡略型",
  japanese: "はい",
  language: "日本語",
  family_name: "雲井",
  given_name: "晴",
  family_kana: "クモイ",
  given_kana: "ハル",
  birth_day: "1992/5/3",
  sex: "回答しない",
  postal: "100-0000",
  prefecture: "13 東京都",
  city: "架空区",
  street: "雲見台1-2",
  mobile: "090-0000-0000",
  email: "haru@example.jp",
  "employer.0.from": "2024-04-01",
  health_insurance: "協会けんぽ",
  pension_insurance: "厚生年金",
  employment_insurance: "加入",
  kentaikyo: "いいえ",
  chutaikyo: "いいえ",
  special_accident: "いいえ",
  "trade.0.code": "01-01",
  photo: "haru.jpg",
  identity: "運転免許証・運転経歴証明書",
  identity_paper: "haru-menkyo.jpg",
  worker_consent_paper: "haru-doui.pdf",
  consent_terms: "はい",
  consent_privacy: "はい",
};
const SECOND = { ...WORKER, given_name: "湊", given_kana: "ミナト", email: "minato@example.jp", photo: "minato.jpg", identity_paper: "minato-menkyo.jpg" };

const table = (workers) => excel([["#field", ...Object.keys(WORKER)], ...workers.map((worker) => ["", ...Object.values(worker)])]);
const papers = () =>
  zip({
    "写真/haru.jpg": photo,
    "写真/minato.jpg": photo,
    "haru-menkyo.jpg": photo,
    "minato-menkyo.jpg": photo,
    "haru-doui.pdf": PAPER.buffer,
  });

async function send(page, workers) {
  await page.goto("/bulk");
  await page.locator('[name="sheet"]').setInputFiles({ name: "新しい人たち.xlsx", mimeType: XLSX, buffer: table(workers) });
  await page.locator('[name="bundle"]').setInputFiles({ name: "書類.zip", mimeType: "application/zip", buffer: papers() });
  await page.getByRole("button", { name: "送って確認する" }).click();
  await page.waitForURL("**/bulk/*");
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("代行登録担当者が様式をダウンロードする", async () => {
  clerk = await person(browser, ashiba.url);
  await signIn(clerk, logIn("代行登録担当者"), PASSWORD);
  await checkPage(clerk, "bulk-home");
  await clerk.goto("/bulk");
  await checkPage(clerk, "bulk-new");
  photo = await clerk.screenshot({ type: "jpeg", clip: { x: 0, y: 0, width: 600, height: 772 } });
  const waiting = clerk.waitForEvent("download");
  await clerk.getByRole("link", { name: "様式をダウンロード" }).click();
  const file = await waiting;
  assert.equal(file.suggestedFilename(), "代行申請一括様式.xlsx");
  assert.equal((await readFile(await file.path())).subarray(0, 2).toString(), "PK");
});

test("Excelでないファイルは、送ったその場で分かる", async () => {
  await clerk.locator('[name="sheet"]').setInputFiles({ name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from("a,b") });
  await clerk.getByRole("button", { name: "送って確認する" }).click();
  assert.match(await text(clerk), /Excelファイル（.xlsx）ではありません/);
  await checkPage(clerk, "bulk-no-excel");
});

test("まちがいは行と列で知らせ、何も申請されない", async () => {
  await send(clerk, [{ ...WORKER, family_name: "雲井⛅", sex: "ひみつ", photo: "haru.png" }, { ...SECOND, birth_day: "2020-02-30" }]);
  await clerk.getByText("直すところがあります").waitFor();
  const seen = await text(clerk);
  assert.match(seen, /「⛅」は名前に使えません/);
  assert.match(seen, /「haru.png」がZIPの中にありません/);
  await checkPage(clerk, "bulk-faulty");
  const waiting = clerk.waitForEvent("download");
  await clerk.getByRole("link", { name: "一覧をCSVで保存" }).click();
  assert.match((await readFile(await (await waiting).path())).toString(), /2,E,姓,/);
  await clerk.goto("/applications");
  assert.match(await text(clerk), /申請はまだありません/);
});

test("直して送ると、全員分をまとめて申請できる", async () => {
  await send(clerk, [WORKER, SECOND]);
  await clerk.getByRole("button", { name: "2人の登録を申請する" }).waitFor();
  assert.match(await text(clerk), /5,000/);
  await checkPage(clerk, "bulk-ready");
  await clerk.getByRole("button", { name: "2人の登録を申請する" }).click();
  await clerk.getByText("2人の登録を申請しました").waitFor();
  await checkPage(clerk, "bulk-done");
  await clerk.getByRole("link", { name: "申請の一覧へ" }).click();
  await clerk.getByText("雲井 湊").first().waitFor();
  await checkPage(clerk, "bulk-applications");
  await clerk.goto("/bulk");
  await checkPage(clerk, "bulk-list");
});

test("スクリプトなしでも送れて、結果が見える", async () => {
  const plain = await person(browser, ashiba.url, { javaScriptEnabled: false });
  await signIn(plain, logIn("一次下請の事業者責任者"), PASSWORD);
  await send(plain, [WORKER]);
  await plain.waitForTimeout(3_000);
  await plain.reload();
  assert.match(await text(plain), /この方の申請がすでにあります/);
  await plain.context().close();
});

test("事業者責任者が自社のデータを書き出す", async () => {
  const administrator = await person(browser, ashiba.url);
  await signIn(administrator, logIn("二次下請の事業者責任者"), PASSWORD);
  await administrator.goto("/export");
  await checkPage(administrator, "export-company");
  const waiting = administrator.waitForEvent("download");
  await administrator.getByRole("button", { name: "就業履歴" }).click();
  const csv = (await readFile(await (await waiting).path())).toString();
  assert.match(csv, /^\ufeffworker_id,worker_name,day/);
  assert.ok(csv.split("\r\n").length > 100);
});

test("技能者が自分のデータを書き出し、会社が書き出したことも分かる", async () => {
  const worker = await person(browser, ashiba.url);
  await signIn(worker, logIn("技能者（"), PASSWORD);
  await worker.goto("/my/export");
  await checkPage(worker, "export-own");
  const waiting = worker.waitForEvent("download");
  await worker.getByRole("button", { name: "JSONで書き出す" }).click();
  const document = JSON.parse(await readFile(await (await waiting).path()));
  assert.equal(document.format, "ashiba-exchange");
  assert.equal(document.tables.workers.length, 1);
  await worker.goto("/my/looks");
  assert.match(await text(worker), /データの書き出し/);
  const vietnamese = await person(browser, ashiba.url);
  await signIn(vietnamese, logIn("技能者（ベトナム語）"), PASSWORD);
  await vietnamese.context().addCookies([{ name: "lang", value: "vi", url: ashiba.url }]);
  await vietnamese.goto("/my/export");
  await checkPage(vietnamese, "export-own-vi");
  assert.match(await text(vietnamese), /Tải JSON/);
});
