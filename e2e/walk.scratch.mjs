import { writeFileSync } from "node:fs";
import { launch, person, signIn, startAshiba } from "./support.mjs";
import { checkPage } from "./support.mjs";
const ashiba = await startAshiba("--no-gate");
const browser = await launch();
const only = process.argv.slice(2);
try {
  console.log(ashiba.logIns.map((l) => `${l.who} ${l.id}`).join("\n"));
  for (const { who, id } of ashiba.logIns) {
    const role = who.replace(/[（(].*/, "");
    if (only.length && !only.some((o) => who.includes(o))) continue;
    const page = await person(browser, ashiba.url);
    await signIn(page, id, "ashiba-demo-2026");
    const seen = new Set();
    const queue = ["/", "/account"];
    while (queue.length && seen.size < 45) {
      const href = queue.shift();
      const pattern = href.replace(/\?.*/, "").replace(/[0-9A-Z]{26}/g, "*").replace(/[0-9a-f]{24}/g, "*").replace(/\d{14}/g, "*").replace(/\d{4}-\d\d-\d\d/g, "D");
      if (seen.has(pattern) || /\.(csv|pdf|svg|eml|txt)$/.test(pattern) || pattern.includes("/papers/") || pattern.startsWith("/static")) continue;
      seen.add(pattern);
      const response = await page.goto(href).catch((e) => console.log(role, href, e.message));
      if (!response || response.status() >= 400) console.log("STATUS", role, href, response?.status());
      const name = `walk-${role}-${pattern.replace(/[/*]+/g, "_")}`;
      await checkPage(page, name).catch((e) => console.log("FAULT", name, String(e.message).slice(0, 600)));
      const links = await page.locator("main a[href], nav a[href]").evaluateAll((as) => as.map((a) => a.getAttribute("href")));
      for (const link of links) if (link?.startsWith("/")) queue.push(link.split("#")[0]);
    }
    console.log(role, [...seen].join(" "));
    await page.context().close();
  }
} finally {
  await browser.close();
  await ashiba.stop();
}
