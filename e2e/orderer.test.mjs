// An orderer sees the figures of the sites for which the prime has agreed, and no longer when it takes that back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, fill, launch, PASSWORD, person, signIn, startAshiba, text } from "./support.mjs";

let ashiba, browser, prime, orderer;

const logIn = (who) => ashiba.logIns.find((logIn) => logIn.who.startsWith(who)).id;

before(async () => {
  ashiba = await startAshiba("--no-gate");
  browser = await launch();
  prime = await person(browser, ashiba.url);
  await signIn(prime, logIn("元請の事業者責任者"), PASSWORD);
  orderer = await person(browser, ashiba.url);
  await signIn(orderer, logIn("発注者"), PASSWORD);
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("発注者は、元請が同意した現場の割合だけを見る", async () => {
  await checkPage(orderer, "orderer-home");
  await orderer.getByRole("link", { name: "レベルの統計" }).first().click();
  await checkPage(orderer, "orderer-figures");
  assert.match(await text(orderer), /元請事業者が同意した現場/);
  await orderer.goto("/figures/levels?by=site");
  assert.match(await text(orderer), /みどり台駅前ビル/);
  await checkPage(orderer, "orderer-by-site");
  for (const closed of ["/sites", "/levels", "/search/workers", "/review"]) {
    const answer = await orderer.goto(closed);
    assert.ok([403, 404].includes(answer.status()), `${closed}: ${answer.status()}`);
  }
});

test("元請は現場ごとに同意し、いつでもやめられる", async () => {
  await prime.goto("/sites");
  await prime.locator("main tbody a").filter({ hasText: "みどり台" }).first().click();
  await prime.getByRole("link", { name: "現場・契約", exact: true }).last().click();
  await prime.getByRole("link", { name: "発注者への公開" }).click();
  await checkPage(prime, "orderers");
  await fill(prime, { sign_in_id: "だれでもない" });
  await prime.getByRole("button", { name: "公開に同意する" }).click();
  assert.match(await text(prime), /このログインIDの発注者はいません/);
  await checkPage(prime, "orderers-unknown");
  await prime.getByRole("button", { name: "公開をやめる" }).first().click();
  assert.match(await text(prime), /まだどの発注者にも/);
  await checkPage(prime, "orderers-none");
  await orderer.goto("/figures/levels?by=site");
  assert.doesNotMatch(await text(orderer), /みどり台駅前ビル/);
  await orderer.goto("/notices");
  assert.match(await text(orderer), /見られなくなりました/);
});
