// The story of a site, as its people click it: from the registration of the site to the day that counts. Each test goes on where the
// one before ended.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, day, field, fill, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

const SITE_NAME = "さくら橋架替工事";

let ashiba, browser, site, key;
/** People at their browsers, by role. */
const at = {};
/** Two workers of the second-tier company: one is put on the roster before he touches, the other only afterwards. */
const listed = {};
const forgotten = {};

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

async function arrive(role, who, options) {
  at[role] = await person(browser, ashiba.url, options);
  await signIn(at[role], logIn(who), PASSWORD);
  return at[role];
}

async function visit(page, path, name) {
  const response = await page.goto(path);
  await checkPage(page, `story-${name}`);
  return response;
}

const heading = (page) => page.locator("h1").innerText();
const notice = (page) => page.locator(".flash").innerText();
const rowOf = (page, name) => page.locator("tbody tr", { hasText: name });

/** Sends a touch as the reader at the gate does; gives the answer to it. */
async function touch(worker, direction = "in", when = new Date()) {
  const response = await fetch(`${ashiba.url}/api/v1/touches`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      sent_at: new Date().toISOString(),
      sender: "story/1",
      touches: [{ item_id: `${worker}-${+when}`, worker_id: worker, site_id: site, at: when.toISOString(), direction, method: "card" }],
    }),
  });
  assert.equal(response.status, 200);
  const { results } = await response.json();
  assert.equal(results.length, 1);
  return results[0];
}

async function invite(page, company) {
  await page.goto(`/sites/${site}/organisation/invite`);
  await page.getByLabel("事業者ID").first().fill(company);
  await page.getByLabel("工事名称").first().fill("躯体工事");
  await page.getByRole("button", { name: "招待する" }).click();
  assert.match(await notice(page), /招待しました/);
}

/** Puts a worker of one's own on the roster; `id` as people read it, in groups of four. */
async function putOnRoster(page, id, position) {
  const row = page.locator("tbody tr", { hasText: id });
  await row.getByRole("checkbox").check();
  await row.getByLabel(/立場/).selectOption({ label: position });
  await row.getByLabel(/作業内容/).fill("主桁の架設");
  await page.getByRole("button", { name: "チェックした人を登録する" }).click();
  assert.match(await notice(page), /1人を作業員名簿に登録しました/);
}

const grouped = (id) => id.replace(/(\d{4})(?=\d)/g, "$1 ");

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("ログインしていない人は、ログインの画面に案内される", async () => {
  const page = await person(browser, ashiba.url);
  await visit(page, "/sites?ended=on", "sign-in");
  assert.equal(new URL(page.url()).pathname, "/sign-in");
  await page.getByLabel("ログインID").fill(logIn("元請の事業者責任者"));
  await page.getByLabel("パスワード").fill("まちがい");
  await page.getByRole("button", { name: "ログインする", exact: true }).click();
  assert.match(await text(page), /IDまたはパスワードが正しくありません/);
  await checkPage(page, "story-sign-in-wrong");
  await page.getByLabel("パスワード").fill(PASSWORD);
  await page.getByRole("button", { name: "ログインする", exact: true }).click();
  await page.waitForURL("**/sites?ended=on");
  at.prime = page;
});

test("元請が現場を登録する。まちがえても、入力した内容は残る", async () => {
  const page = at.prime;
  await checkPage(page, "story-sites");
  await page.getByRole("link", { name: "現場を登録する" }).click();
  await checkPage(page, "story-site-new");
  await fill(page, {
    order_kind: "public_municipality",
    to: "2020-01-01",
    prefecture: "13",
    city: "架空市",
    street: "さくら町6-7",
    hazardous: "no",
  });
  await page.locator("main form").evaluate((form) => (form.noValidate = true));
  await page.getByRole("button", { name: "この内容で登録する" }).click();
  assert.match(await text(page), /現場名：入力してください。/);
  await page.getByRole("link", { name: /終了日は、開始日と同じか、それより後/ }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "f-to");
  assert.equal(await field(page, "street").inputValue(), "さくら町6-7");
  await checkPage(page, "story-site-wrong");
  await fill(page, { name: SITE_NAME, to: day(90) });
  await page.getByRole("button", { name: "この内容で登録する" }).click();
  assert.equal(await heading(page), SITE_NAME);
  assert.match(await notice(page), /現場を登録しました/);
  await checkPage(page, "story-site");
  site = new URL(page.url()).pathname.split("/").at(-1);
  assert.match(site, /^\d{12}71$/);
});

test("元請がカードリーダーを追加する。鍵は一度だけ表示される", async () => {
  const page = at.prime;
  await visit(page, `/sites/${site}/readers`, "readers-none");
  await page.getByLabel("リーダーの名前").fill("正門🚧");
  await page.getByRole("button", { name: "追加して鍵を発行する" }).click();
  key = await page.locator("code.key").innerText();
  assert.match(key, /^ashiba_\S{20,}$/);
  await checkPage(page, "story-reader-key");
  await page.getByRole("link", { name: "書き写しました" }).click();
  assert.match(await text(page), /正門🚧/);
  assert.doesNotMatch(await page.content(), new RegExp(key));
  await checkPage(page, "story-readers");
});

test("元請が一次下請を事業者IDで招待する。まちがったIDは、何のIDかを言って断る", async () => {
  const page = at.prime;
  await visit(page, `/sites/${site}/organisation`, "chart-empty");
  await page.getByRole("link", { name: "下請の会社を招待する" }).click();
  await page.getByLabel("事業者ID").first().fill(logIn("技能者（"));
  await page.getByRole("button", { name: "招待する" }).click();
  assert.match(await text(page), /これは技能者ID/);
  await checkPage(page, "story-chart-wrong");
  await visit(page, `/sites/${site}/organisation/companies?q=${encodeURIComponent("ひばり")}`, "companies");
  await page.getByRole("link", { name: /この会社を選ぶ/ }).click();
  assert.equal(await page.getByLabel("事業者ID").first().inputValue(), logIn("一次下請"));
  await invite(page, logIn("一次下請"));
  assert.match(await text(page), /承認待ち（.*に招待）/);
  await invite(page, logIn("別の一次下請"));
  await checkPage(page, "story-chart-invited");
});

test("一次下請は、メニューで件数を見て承認する。二度押しても、承認は一度", async () => {
  const page = await arrive("first", "一次下請");
  assert.equal(await page.locator('.menu a[href="/approvals"] .badge').innerText(), "1");
  await visit(page, "/approvals", "approvals");
  await page.getByRole("link", { name: new RegExp(`内容を確かめる.*${SITE_NAME}`) }).click();
  await checkPage(page, "story-approval");
  await page.getByLabel("工事名称").fill("上部工");
  await page.getByRole("button", { name: "この内容で承認する" }).dblclick();
  await page.waitForURL(`**/sites/${site}/organisation`);
  assert.match(await notice(page), /承認しました|すでに同じ回答/);
  assert.equal(await page.locator('.menu a[href="/approvals"] .badge').count(), 0);
  await checkPage(page, "story-chart-first");
  await page.goBack();
  await page.reload();
  assert.match(await text(page), /登録済み/);
  assert.equal(await page.getByRole("button", { name: "この内容で承認する" }).count(), 0);
  await checkPage(page, "story-approval-answered");
});

test("一次下請が二次下請を招待し、二次下請が承認する", async () => {
  await invite(at.first, logIn("二次下請"));
  for (const [role, who] of [["second", "二次下請"], ["sibling", "別の一次下請"]]) {
    const page = await arrive(role, who);
    await page.goto("/approvals");
    await page.getByRole("link", { name: new RegExp(`内容を確かめる.*${SITE_NAME}`) }).click();
    await page.getByLabel("工事名称").fill("鉄筋工事");
    await page.getByRole("button", { name: "この内容で承認する" }).click();
    assert.match(await notice(page), /承認しました/);
  }
  await visit(at.second, `/sites/${site}/organisation`, "chart-second");
  assert.doesNotMatch(await text(at.second), /つばめ電設/, "a sibling is not shown");
  await visit(at.prime, `/sites/${site}/organisation`, "chart-prime");
  assert.match(await text(at.prime), /2次[\s\S]*ほしの鉄筋/);
});

test("両方の会社が、職種・立場・作業内容を付けて技能者を名簿に載せる", async () => {
  const [first, second] = [logIn("技能者（"), logIn("技能者（ベトナム語）")];
  Object.assign(listed, { id: first, name: ashiba.logIns.find((l) => l.id === first).who.match(/（(.*)）/)[1] });
  Object.assign(forgotten, { id: second, name: "NGUYEN VAN HUNG" });
  const page = at.second;
  await visit(page, `/sites/${site}/roster`, "roster-empty");
  await page.getByRole("link", { name: "技能者を登録する" }).first().click();
  await checkPage(page, "story-roster-add");
  await page.getByRole("button", { name: "チェックした人を登録する" }).click();
  assert.match(await text(page), /登録する技能者にチェックを入れてください/);
  await checkPage(page, "story-roster-add-wrong");
  await putOnRoster(page, grouped(listed.id), "職長");
  assert.match(await rowOf(page, listed.name).innerText(), /鉄筋工[\s\S]*職長[\s\S]*主桁の架設[\s\S]*有効/);
  await checkPage(page, "story-roster");
  const upper = at.first;
  await upper.goto(`/sites/${site}/roster/add`);
  const id = (await upper.locator("tbody tr th .note").first().innerText()).split("\n").at(-1);
  await putOnRoster(upper, id, "班長");
  await visit(at.prime, `/sites/${site}/roster`, "roster-prime");
  assert.match(await text(at.prime), new RegExp(`ひばり躯体工業[\\s\\S]*ほしの鉄筋[\\s\\S]*${listed.name}`));
  assert.equal(await at.prime.getByRole("link", { name: /編集/ }).count(), 0, "nobody edits another company's row");
});

test("ゲートでタッチすると、氏名と、有効かどうかがその場で返る", async () => {
  const good = await touch(listed.id);
  assert.deepEqual([good.outcome, good.name, good.day.counts], ["stored", listed.name, true]);
  const open = await touch(forgotten.id);
  assert.deepEqual([open.outcome, open.name, open.day.counts], ["stored", forgotten.name, false]);
  const [reason] = open.day.reasons;
  assert.equal(reason.key, "history.not_on_roster");
  assert.match(reason.mender, /ほしの鉄筋/);
  assert.match(reason.until, /^\d{4}-\d\d-\d\d$/);
  listed.day = `/sites/${site}/days/${good.day.work_day}/`;
});

test("入退場の状況はひとりでに新しくなり、選んでいる場所と見ている位置を変えない", async () => {
  const page = at.prime;
  await visit(page, `/sites/${site}/gate`, "gate");
  assert.match(await text(page), new RegExp(`${forgotten.name}[\\s\\S]*まだ有効でない`));
  const link = page.getByRole("link", { name: listed.name });
  await link.focus();
  await page.setViewportSize({ width: 1440, height: 400 });
  await page.evaluate(() => scrollTo(0, 200));
  const before = await page.evaluate(() => [document.activeElement.id, scrollY]);
  assert.ok(before[0].startsWith("p-") && before[1] > 0, before.join());
  await touch(listed.id, "out", new Date(Date.now() + 1_000));
  await page.locator(".gate-list", { hasText: "退場" }).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, scrollY]), before);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "自動更新を止める" }).click();
  assert.equal(await page.locator("[hx-get]").count(), 0);
  await checkPage(page, "story-gate-still");
});

test("月別カレンダーは、元請・上位・所属会社・本人に見え、並びの会社と無関係の会社には見えない", async () => {
  await arrive("worker", "技能者（", { viewport: { width: 360, height: 740 } });
  await arrive("stranger", "この現場に関係のない会社");
  for (const role of ["prime", "first", "second"]) {
    await visit(at[role], `/sites/${site}/calendar`, `calendar-${role}`);
    const line = rowOf(at[role], listed.name);
    assert.match(await line.innerText(), /1\s+0\s*$/, role);
    assert.match(await rowOf(at[role], forgotten.name).innerText(), /0\s+1\s*$/, role);
    await line.locator("td a").click();
    assert.match(await text(at[role]), /この日は有効です/);
    await checkPage(at[role], `story-day-${role}`);
    listed.day = new URL(at[role].url()).pathname;
  }
  await visit(at.worker, "/my/calendar", "worker");
  assert.match(await text(at.worker), new RegExp(SITE_NAME));
  assert.equal((await visit(at.worker, listed.day, "day-worker")).status(), 200);
  listed.calendar = `/workers/${listed.day.split("/").at(-1)}/calendar`;
  await visit(at.second, listed.calendar, "worker-of-second");

  assert.equal((await visit(at.sibling, `/sites/${site}/calendar`, "calendar-sibling")).status(), 200);
  assert.doesNotMatch(await text(at.sibling), new RegExp(listed.name));
  for (const path of [listed.day, listed.calendar]) {
    assert.equal((await visit(at.sibling, path, "not-for-sibling")).status(), 404);
    assert.equal((await visit(at.stranger, path, "not-for-stranger")).status(), 404);
  }
  for (const page of ["", "/calendar", "/calendar.csv", "/roster", "/organisation", "/gate", "/mend"]) {
    assert.equal((await at.stranger.request.get(`/sites/${site}${page}`)).status(), 404, page);
  }
});

test("自分の役割でない画面は、理由を言って断る", async () => {
  assert.equal((await visit(at.worker, "/sites", "forbidden")).status(), 403);
  assert.match(await text(at.worker), /権限がありません/);
  assert.equal((await at.first.request.get(`/sites/${site}/edit`)).status(), 403);
  assert.equal((await at.first.request.get(`/sites/${site}/readers`)).status(), 403);
  await at.first.goto(`/sites/${site}`);
  assert.equal(await at.first.getByRole("link", { name: "カードリーダー" }).count(), 0);
});

test("CSVをUTF-8とShift_JISで受け取る", async () => {
  const page = at.prime;
  await page.goto(`/sites/${site}/calendar`);
  const file = async (label) => {
    const href = await page.getByRole("link", { name: label }).getAttribute("href");
    return (await page.request.get(href)).body();
  };
  const utf8 = await file("CSV（UTF-8）");
  assert.deepEqual([...utf8.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  const shiftJis = await file("CSV（Shift_JIS）");
  for (const read of [new TextDecoder("utf-8").decode(utf8), new TextDecoder("shift_jis").decode(shiftJis)]) {
    const lines = read.trim().split("\r\n");
    assert.equal(lines.length, 3, read);
    const line = lines.find((l) => l.includes(listed.id));
    assert.match(line, new RegExp(`${site}.*${SITE_NAME}.*${listed.name}.*ほしの鉄筋.*鉄筋工.*職長.*主桁の架設.*有効`));
    assert.match(lines.find((l) => l.includes(forgotten.id)), /まだ有効でない.*名簿に載っていません/);
  }
});

test("所属会社が「まだ有効でない日」から名簿に登録すると、その日は有効になり、前の判定も読める", async () => {
  const page = at.second;
  await visit(at.prime, `/sites/${site}/mend`, "mend-prime");
  assert.equal(await at.prime.getByRole("link", { name: /名簿に登録する/ }).count(), 0, "only the employer can mend it");
  await visit(page, `/sites/${site}`, "site-second");
  await page.getByRole("link", { name: "理由と直し方を見る" }).click();
  assert.match(await text(page), /自社で直せます[\s\S]*名簿に載っていません[\s\S]*NGUYEN VAN HUNG/);
  await checkPage(page, "story-mend");
  const day = await page.locator(".days a").getAttribute("href");
  await visit(page, day, "day-open");
  assert.match(await text(page), /まだ有効ではありません[\s\S]*名簿に載っていません/);
  await page.goBack();
  await page.getByRole("link", { name: /名簿に登録する/ }).click();
  assert.ok(await page.locator("tbody tr", { hasText: grouped(forgotten.id) }).getByRole("checkbox").isChecked());
  await checkPage(page, "story-roster-add-chosen");
  await page.locator("tbody tr", { hasText: grouped(forgotten.id) }).getByLabel(/作業内容/).fill("鉄筋の組立");
  await page.getByRole("button", { name: "チェックした人を登録する" }).click();
  assert.match(await notice(page), /1日分が有効になりました/);
  await visit(page, day, "day-mended");
  assert.match(await text(page), /この日は有効です/);
  const judgements = await page.locator(".judgements > li").allInnerTexts();
  assert.equal(judgements.length, 2);
  assert.match(judgements[0], /有効[\s\S]*名簿の変更を受けて再判定/);
  assert.match(judgements[1], /まだ有効でない[\s\S]*名簿に載っていません/);
  await visit(page, `/sites/${site}/mend`, "mend-empty");
  assert.match(await text(page), /まだ有効でない日はありません/);
});

test("技能者は自分の言語で読む。登録された言語で始まり、いつでも変えられる", async () => {
  const foreign = await arrive("foreign", "技能者（ベトナム語）", { viewport: { width: 360, height: 740 } });
  assert.equal(await heading(foreign), "Trang chủ");
  const page = at.worker;
  for (const [language, name, words] of [["vi", "Tiếng Việt", "Được tính"], ["id", "Bahasa Indonesia", "Dihitung"], ["en", "English", "Counts"]]) {
    await page.goto("/my/calendar");
    await page.locator(".languages summary").click();
    await page.getByRole("button", { name }).click();
    await checkPage(page, `story-worker-${language}`);
    assert.match(await text(page), new RegExp(words));
    await visit(page, listed.day, `day-worker-${language}`);
  }
});

test("二つの画面で同じ現場を直すと、後の人に知らせ、入力した内容は残る", async () => {
  const [page, other] = [at.prime, await at.prime.context().newPage()];
  await page.goto(`/sites/${site}/edit`);
  await other.goto(`/sites/${site}/edit`);
  await other.locator("#f-street").fill("さくら町6-8");
  await other.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(other), /変更しました/);
  await page.locator("#f-name").fill(`${SITE_NAME}🌸`);
  await page.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(page), /ほかの人が先に/);
  assert.equal(await page.locator("#f-name").inputValue(), `${SITE_NAME}🌸`);
  await checkPage(page, "story-changed-meanwhile");
  await page.getByRole("button", { name: "保存する" }).click();
  assert.match(await notice(page), /変更しました/);
  assert.ok((await text(page)).includes(`${SITE_NAME}🌸`));
  // What Shift_JIS has no sign for is refused by name, not written as a question mark.
  const refused = await page.request.get(`/sites/${site}/calendar.csv?encoding=cp932`);
  assert.equal(refused.status(), 422);
  assert.match(await refused.text(), /🌸.*UTF-8を選んでください/);
});

test("キーボードだけで、本文へ移り、メニューを進める", async () => {
  const page = at.prime;
  await page.goto("/sites");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").innerText(), "本文へ移動");
  assert.ok(await page.locator(":focus").evaluate((link) => link.getBoundingClientRect().top >= 0));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").getAttribute("name"), "q");
  assert.notEqual(await page.locator(":focus").evaluate((box) => getComputedStyle(box).outlineStyle), "none");
});

test("スクリプトがなくても、同じ道を進める", async () => {
  const page = await arrive("plain", "元請の事業者責任者", { javaScriptEnabled: false });
  await page.goto("/sites/new");
  await fill(page, {
    name: "うぐいす坂住宅新築工事",
    order_kind: "private",
    to: day(90),
    prefecture: "13",
    city: "架空市",
    street: "うぐいす坂1",
    hazardous: "no",
  });
  await page.getByRole("button", { name: "この内容で登録する" }).click();
  assert.match(await notice(page), /現場を登録しました/);
  site = new URL(page.url()).pathname.split("/").at(-1);
  await page.goto(`/sites/${site}/readers`);
  await page.getByLabel("リーダーの名前").fill("門");
  await page.getByRole("button", { name: "追加して鍵を発行する" }).click();
  key = await page.locator("code.key").innerText();
  await invite(page, logIn("二次下請"));

  const company = await arrive("plainCompany", "二次下請", { javaScriptEnabled: false });
  await company.goto("/approvals");
  await company.getByRole("link", { name: /内容を確かめる.*うぐいす坂/ }).click();
  await company.getByRole("button", { name: "この内容で承認する" }).click();
  assert.match(await notice(company), /承認しました/);
  assert.equal((await touch(listed.id)).day.counts, false);
  await company.goto(`/sites/${site}/mend`);
  await company.getByRole("link", { name: /名簿に登録する/ }).click();
  await company.getByRole("button", { name: "チェックした人を登録する" }).click();
  assert.match(await notice(company), /1日分が有効になりました/);
  await page.goto(`/sites/${site}/calendar`);
  assert.match(await rowOf(page, listed.name).innerText(), /1\s+0\s*$/);
  await page.goto(`/sites/${site}/gate`);
  assert.match(await text(page), new RegExp(listed.name));
  assert.match(await page.content(), /http-equiv="refresh"/);
  await page.locator(".languages summary").click();
  await page.getByRole("button", { name: "English" }).click();
  assert.equal(await heading(page), "Gate now");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
});
