// The story of a passkey, with a virtual device: registered, named, used in place of the password and beside it, taken away.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, launch, PASSWORD, person, signIn, startAshiba } from "./support.mjs";


let ashiba, browser, admin, id, device, authenticator, recovery;

const flash = (page) => page.locator(".flash").innerText();

before(async () => {
  ashiba = await startAshiba("--no-gate");
  // Browsers know no passkeys for an address made of numbers.
  ashiba.url = ashiba.url.replace("127.0.0.1", "localhost");
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await ashiba?.stop();
});

test("管理者がパスキーを登録し、回復コードを受け取る", async () => {
  admin = await person(browser, ashiba.url);
  id = ashiba.logIns.find((logIn) => logIn.who.includes("元請")).id;
  device = await admin.context().newCDPSession(admin);
  await device.send("WebAuthn.enable");
  const made = await device.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  authenticator = made.authenticatorId;
  await signIn(admin, id, PASSWORD);
  await admin.goto("/account");
  await admin.getByRole("link", { name: "パスキー" }).click();
  await checkPage(admin, "passkeys-none");
  await admin.locator("#f-name").fill("事務所のパソコン");
  await admin.getByRole("button", { name: "パスキーを登録する" }).click();
  await admin.locator(".codes").waitFor();
  recovery = await admin.locator(".codes code").first().innerText();
  await checkPage(admin, "passkeys-made");
  await admin.goto("/account/passkeys");
  await admin.locator("details.confirm summary").click();
  await checkPage(admin, "passkeys-list");
  await admin.locator("details.confirm input[name=name]").fill("現場の端末");
  await admin.getByRole("button", { name: "名前を変える" }).click();
  assert.match(await flash(admin), /名前を変えました/);
});

test("IDもパスワードも入れずにログインする", async () => {
  await admin.locator('form[action="/sign-out"] button').click();
  await admin.waitForURL("**/sign-in");
  await checkPage(admin, "passkeys-sign-in");
  await admin.getByRole("button", { name: "パスキーでログインする" }).click();
  await admin.locator("nav.menu").waitFor();
  await admin.locator('form[action="/sign-out"] button').click();
});

test("パスワードのあとにもパスキーを確かめる。断れば回復コードで入れる", async () => {
  await admin.waitForURL("**/sign-in");
  await admin.locator('input[name="name"]').fill(id);
  await admin.locator('input[name="password"]').fill(PASSWORD);
  await admin.locator('form:has(input[name="password"]) button').click();
  await admin.locator("nav.menu").waitFor();
  await admin.locator('form[action="/sign-out"] button').click();
  // The finger does not fit.
  await device.send("WebAuthn.setUserVerified", { authenticatorId: authenticator, isUserVerified: false });
  await admin.waitForURL("**/sign-in");
  await admin.locator('input[name="name"]').fill(id);
  await admin.locator('input[name="password"]').fill(PASSWORD);
  await admin.locator('form:has(input[name="password"]) button').click();
  await admin.locator("[data-failed]:visible").waitFor();
  await checkPage(admin, "passkeys-factor");
  await admin.locator("#f-code").fill(recovery);
  await admin.locator("form:has(#f-code) button").click();
  await admin.locator("nav.menu").waitFor();
});

test("パスワードを入れてパスキーを削除する", async () => {
  await admin.goto("/account/passkeys");
  await admin.locator("details.confirm summary").click();
  await admin.locator("details.confirm input[name=password]").fill("ちがうパスワード");
  await admin.getByRole("button", { name: "削除する" }).click();
  await admin.locator("#error-summary").waitFor();
  await checkPage(admin, "passkeys-wrong");
  await admin.locator("details.confirm summary").click();
  await admin.locator("details.confirm input[name=password]").fill(PASSWORD);
  await admin.getByRole("button", { name: "削除する" }).click();
  assert.match(await flash(admin), /削除しました/);
});
