// A company registers a newcomer and asks for his level in the same application (ワンストップ申請); the page shows the judge and the price.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, field, fill, launch, PAPER, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, clerk, address;

const next = (page) => page.locator('main form button.primary[value="next"]').click();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  clerk = await person(browser, ashiba.url);
  await signIn(clerk, ashiba.logIns.find((logIn) => logIn.who.startsWith("代行登録担当者")).id, PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("会社が新しい技能者を登録し、レベルもいっしょに申し込む", async () => {
  await clerk.goto("/applications");
  await clerk.getByRole("button", { name: "技能者登録を申請する" }).click();
  address = new URL(clerk.url()).pathname.split("/").slice(0, 3).join("/");
  await fill(clerk, { registration: "detailed", japanese: "yes", language: "ja" });
  await next(clerk);
  await clerk.waitForURL("**/steps/name");
  await fill(clerk, { family_name: "見本", given_name: "一止", family_kana: "ミホン", given_kana: "イチト" });
  await next(clerk);
  await clerk.waitForURL("**/steps/person");
  await fill(clerk, {
    birth_day: "1992-04-12",
    sex: "unstated",
    postal: "100-0000",
    prefecture: "13",
    city: "架空区",
    street: "見本1-2-3",
    mobile: "090-0000-0000",
    email: "ichito@example.jp",
  });
  await next(clerk);
  await clerk.waitForURL("**/steps/employer");
  await fill(clerk, { "employer.0.from": "2026-04-01" });
  await next(clerk);
  await clerk.waitForURL("**/steps/insurance");
  await fill(clerk, {
    health_insurance: "kyokai",
    pension_insurance: "employees",
    employment_insurance: "joined",
    kentaikyo: "no",
    chutaikyo: "no",
    special_accident: "no",
  });
  await next(clerk);
  await clerk.waitForURL("**/steps/trade");
  await fill(clerk, { "trade.0.code": "06-01" });
  await next(clerk);
  await clerk.waitForURL("**/steps/qualification");
  await clerk.getByRole("button", { name: /追加/ }).click();
  await fill(clerk, {
    "qualification.0.class": "skill_training_course",
    "qualification.0.name": "玉掛け技能講習",
    "qualification.0.day": "2015-04-01",
    "qualification.0.paper": PAPER,
  });
  await next(clerk);
  await clerk.waitForURL("**/steps/level");
  // Nothing is asked for unless the company says so.
  assert.equal(await clerk.locator('[name="with_level"][value="no"]').isChecked(), true);
  await checkPage(clerk, "one-stop-not-asked");
  await fill(clerk, { with_level: "yes" });
  await next(clerk);
  assert.match(await text(clerk), /分野：入力してください/);
  // Plasterers' levels are not for scaffolders.
  await fill(clerk, { field: "plastering", level: "2" });
  await next(clerk);
  assert.match(await text(clerk), /「職種」にありません/);
  await checkPage(clerk, "one-stop-wrong-field");
  await fill(clerk, { field: "scaffolding_tobi" });
  await next(clerk);
  await clerk.waitForURL("**/steps/career");
  await clerk.getByRole("button", { name: /追加/ }).click();
  await fill(clerk, {
    "career.0.what": "work",
    "career.0.from": "2015-04",
    "career.0.to": "2018-03",
    "career.0.certifier": "employer",
    "career.0.certifier_name": "架空工務店",
    "career.0.paper": PAPER,
  });
  await checkPage(clerk, "one-stop-career");
  await next(clerk);
  await clerk.waitForURL("**/steps/health");
  await clerk.goto(`${address}/check`);
  assert.match(await text(clerk), /記録では、レベル2に届いていません/);
  assert.match(await text(clerk), /7,900円/);
  assert.equal(await field(clerk, "with_level").count(), 0);
  await checkPage(clerk, "one-stop-check");
});
