// The checks that hold on every page must find what is wrong: else no story means anything.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { checkPage, launch, person } from "./support.mjs";

const good = (body) => `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>足場</title>
  <meta name="viewport" content="width=device-width, initial-scale=1"></head><body><main><h1>就業履歴</h1>${body}</main></body></html>`;

const PAGES = {
  "/good": [200, good("<p>職長</p>")],
  "/label": [200, good('<input name="id">')],
  "/contrast": [200, good('<p style="color:#aaa;background:#fff">職長</p>')],
  "/wide": [200, good('<div style="width:600px">表</div>')],
  "/headings": [200, good("<h1>二つ目</h1>")],
  "/elsewhere": [200, good('<img alt="" src="http://127.0.0.2:9/x.png">')],
  "/broken": [500, good("<p>職長</p>")],
  "/script": [200, good("<script nonce=ok>nothing.here()</script>")],
};

let server, browser, url;

before(async () => {
  server = createServer((request, response) => {
    const [status, html] = PAGES[request.url] ?? [404, ""];
    const policy = "default-src 'self'; script-src 'nonce-ok'; style-src 'unsafe-inline'; img-src *";
    response.writeHead(status, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy }).end(html);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

test("a good page passes", async () => {
  const page = await person(browser, url);
  await page.goto("/good");
  await checkPage(page, "support-good");
});

for (const [path, expected] of [
  ["/label", /at 1440 px label: /],
  ["/contrast", /at 360 px color-contrast: /],
  ["/wide", /at 360 px the page scrolls sideways/],
  ["/headings", /2 main headings/],
  ["/elsewhere", /fetched from elsewhere: http:\/\/127\.0\.0\.2/],
  ["/broken", /500 from /],
  ["/script", /script error: nothing is not defined/],
]) {
  test(`a fault is found: ${path}`, async () => {
    const page = await person(browser, url);
    await page.goto(path);
    await assert.rejects(checkPage(page, `support${path.replace("/", "-")}`), expected);
  });
}

test("Japanese has a font: two different signs look different", async () => {
  const page = await person(browser, url);
  await page.goto("/good");
  const picture = (sign) =>
    page.evaluate((text) => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d");
      pen.font = "60px sans-serif";
      pen.fillText(text, 10, 80);
      return canvas.toDataURL();
    }, sign);
  assert.notEqual(await picture("職"), await picture("長"));
});
