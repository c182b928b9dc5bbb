// The devices behind the keys of a site, as its prime sees them: what they tell, what somebody has to mend, and a file that comes by stick.

import assert from "node:assert/strict";
import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, prime, site, key;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;
const worker = () => logIn("技能者（");

/** A touch so many minutes ago. */
const item = (seq, minutes) => ({
  item_id: `box-${seq}`,
  worker_id: worker(),
  site_id: site,
  at: new Date(Date.now() - minutes * 60_000).toISOString(),
  direction: "in",
  method: "card",
  seq,
});

async function send(id, highest, touches, more = {}) {
  const response = await fetch(`${ashiba.url}/api/v1/touches`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({
      sent_at: new Date().toISOString(),
      sender: "ashiba-reader/0.1.0",
      device: { id, backlog: 0, highest, ...more },
      touches,
    }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

/** Seals as a device does: what is checked here is that the file is what docs/api.md says. */
function seal(mark, content) {
  const secret = createHash("sha256").update(key).digest();
  const head = Buffer.alloc(24);
  head.write(mark);
  const plain = Buffer.from(JSON.stringify(content));
  head.writeBigUInt64BE(BigInt(12 + plain.length + 16), 16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", createHmac("sha256", secret).update(head.subarray(0, 16)).digest(), nonce);
  cipher.setAAD(head);
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  await prime.goto("/sites");
  site = (await prime.locator('main a[href^="/sites/"]').evaluateAll((links) => links.map((link) => link.getAttribute("href"))))
    .map((href) => href.match(/^\/sites\/(\d{14})/)?.[1])
    .find(Boolean);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("端末の最後の通信・版・未送信・欠番が見える", async () => {
  await prime.goto(`/sites/${site}/readers`);
  await prime.getByLabel("リーダーの名前").fill("東ゲート");
  await prime.getByRole("button", { name: "追加して鍵を発行する" }).click();
  key = await prime.locator("code.key").innerText();
  await send("boxA", 3, [item(1, 30), item(3, 20)], { backlog: 12 });
  await prime.goto(`/sites/${site}/readers`);
  const row = prime.locator("tbody tr", { hasText: "東ゲート" });
  assert.match(await row.innerText(), /12件/);
  assert.match(await row.innerText(), /欠番\s*2/);
  assert.match(await row.innerText(), /ashiba-reader\/0\.1\.0/);
  await checkPage(prime, "devices-gap");
});

test("同じ鍵を2台が使うと、元請に知らされる", async () => {
  await send("boxB", 1, [item(1, 19)]);
  const { missing } = await send("boxA", 4, [item(4, 18)], { broken_at: 4 });
  assert.deepEqual(missing, [[2, 2]]);
  await send("boxB", 2, [item(2, 17)]);
  await prime.goto(`/sites/${site}/readers`);
  assert.match(await text(prime), /2台以上の端末が同じ鍵を使っています/);
  assert.match(await text(prime), /書き換えられています/);
  await checkPage(prime, "devices-concerns");
  await prime.goto("/notices");
  assert.match(await text(prime), /「東ゲート」の鍵を、2台以上の端末が使っています/);
});

test("通信できない現場の記録を、USBメモリーで取り込む", async () => {
  await prime.goto(`/sites/${site}/readers`);
  await prime.getByRole("link", { name: /USBメモリーで取り込む/ }).click();
  await checkPage(prime, "devices-stick");
  const content = { written_at: new Date().toISOString(), sender: "ashiba-reader/0.1.0", device: "boxC", touches: [item(1, 10), item(2, 5)] };
  const file = seal("ashiba-outbox-1\n", content);
  const choose = async (buffer) => {
    await prime.locator('input[type="file"]').setInputFiles({ name: "touches.ashiba", mimeType: "application/octet-stream", buffer });
    await prime.getByRole("button", { name: "取り込む" }).click();
  };
  await choose(file.subarray(0, 100));
  assert.match(await text(prime), /途中で切れています/);
  await checkPage(prime, "devices-stick-wrong");
  await choose(file);
  assert.match(await text(prime), /新しい記録 2件/);
  await checkPage(prime, "devices-stick-done");
  const [receipt] = await Promise.all([prime.waitForEvent("download"), prime.getByRole("link", { name: "受領書をダウンロードする" }).click()]);
  assert.equal(receipt.suggestedFilename(), "receipt.ashiba");
  await choose(file);
  assert.match(await text(prime), /新しい記録 0件、取り込み済み 2件/);
});
