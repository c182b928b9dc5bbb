// The story of a registration, as people live it in a browser: a company applies, the reviewer sends it back, it is mended, approved
// and paid; every page is looked at in both widths.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, field, fill, launch, PAPER, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";


let ashiba, browser, applicant, reviewer, address;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const next = (page) => page.locator('main form button.primary[value="next"]').click();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("申請者が事業者登録を始める。まちがいは項目の横で知らせ、書いた内容は残る", async () => {
  applicant = await person(browser, ashiba.url);
  await signIn(applicant, logIn("登録を申請する人"), PASSWORD);
  await checkPage(applicant, "registration-home");
  await applicant.goto("/applications");
  await checkPage(applicant, "registration-none");
  await applicant.getByRole("button", { name: "事業者登録を申請する" }).click();
  await fill(applicant, { kind: "corporation", licence_held: "yes" });
  await next(applicant);
  // Which fields are asked for follows from the answers.
  assert.match(await text(applicant), /法人番号：入力してください/);
  await fill(applicant, {
    corporate_number: "1234567890123",
    licence_authority: "13",
    licence_class: "general",
    licence_number: "12345",
    licence_until: "2030-03-31",
  });
  await next(applicant);
  assert.match(await text(applicant), /法人番号の数字が合いません/);
  assert.equal(await field(applicant, "corporate_number").inputValue(), "1234567890123");
  await checkPage(applicant, "registration-wrong");
  await fill(applicant, { corporate_number: "7-1234-5678-9012" });
  await next(applicant);
  await applicant.waitForURL("**/steps/name");
  address = new URL(applicant.url()).pathname.split("/").slice(0, 3).join("/");
});

test("一時保存して、あとで続きを書き、料金を確かめて申請する", async () => {
  await fill(applicant, { name: "株式会社うぐいす組", name_kana: "うぐいすぐみ" });
  await applicant.locator('button[value="draft"]').click();
  assert.match(await applicant.locator(".flash").innerText(), /一時保存しました/);
  await checkPage(applicant, "registration-draft");
  await applicant.goto(`${address}/steps/name`);
  assert.equal(await field(applicant, "name_kana").inputValue(), "ウグイスグミ");
  await fill(applicant, {
    representative: "鶯 太郎",
    representative_kana: "ウグイス タロウ",
    postal: "100-0000",
    prefecture: "13",
    city: "架空区",
    street: "うぐいす坂1-2",
    phone: "03-0000-0000",
  });
  await next(applicant);
  await fill(applicant, { capital_yen: "10,000,000", business: "01" });
  await checkPage(applicant, "registration-business");
  await next(applicant);
  await fill(applicant, { health_insurance: "joined", pension_insurance: "joined", employment_insurance: "joined", kentaikyo: "no" });
  await next(applicant);
  await fill(applicant, { manager: "鶯 花子", manager_kana: "ウグイス ハナコ", manager_phone: "0300000001", email: "office@example.jp" });
  await next(applicant);
  await fill(applicant, { licence_paper: PAPER });
  await next(applicant);
  await fill(applicant, { consent_terms: "yes", consent_privacy: "yes" });
  await next(applicant);
  await applicant.waitForURL("**/check");
  assert.match(await text(applicant), /24,000円/);
  await checkPage(applicant, "registration-check");
  await applicant.getByRole("button", { name: "この内容で申請する" }).click();
  assert.match(await applicant.locator(".flash").innerText(), /受け付けました/);
  assert.match(await text(applicant), /審査の順番をお待ちください/);
  await checkPage(applicant, "registration-sent");
});

test("審査担当者が書類と並べて見て、理由を付けて差し戻す", async () => {
  reviewer = await person(browser, ashiba.url);
  await signIn(reviewer, logIn("審査担当者"), PASSWORD);
  await reviewer.goto("/review");
  await checkPage(reviewer, "review-queue");
  await reviewer.locator("tbody a").first().click();
  await reviewer.getByRole("button", { name: "審査を始める" }).click();
  await reviewer.getByText("差し戻す・却下する").click();
  await reviewer.locator('[name="mark.representative"]').selectOption("differs_from_paper");
  await reviewer.locator('[name="note.representative"]').fill("許可証では「鶯 一郎」です。");
  await checkPage(reviewer, "review-case");
  await reviewer.getByRole("button", { name: "印をつけて差し戻す" }).click();
  await reviewer.waitForURL("**/review");
});

test("申請者は印のところを直して、もう一度申請する。承認されると請求書が届く", async () => {
  await applicant.goto(address);
  assert.match(await text(applicant), /書類の内容と違います/);
  await checkPage(applicant, "registration-returned");
  await applicant.goto(`${address}/steps/name`);
  await fill(applicant, { representative: "鶯 一郎", representative_kana: "ウグイス イチロウ" });
  await next(applicant);
  await applicant.goto(`${address}/check`);
  await applicant.getByRole("button", { name: "この内容で申請する" }).click();
  await reviewer.goto("/review");
  await reviewer.locator("tbody a").first().click();
  await reviewer.getByRole("button", { name: "審査を始める" }).click();
  await reviewer.getByRole("button", { name: "承認する", exact: true }).click();
  await reviewer.waitForURL("**/review");
  await applicant.goto(address);
  assert.match(await text(applicant), /お支払い待ち/);
  await checkPage(applicant, "registration-to-pay");
});

test("お支払いが済むと登録される", async () => {
  await applicant.getByRole("link", { name: "お支払いへ進む" }).click();
  await checkPage(applicant, "registration-invoice");
  await applicant.getByRole("button", { name: "この請求書を支払う" }).click();
  await applicant.getByRole("button", { name: "支払う", exact: true }).click();
  await applicant.goto(address);
  assert.match(await text(applicant), /登録済み/);
  await checkPage(applicant, "registration-done");
});
