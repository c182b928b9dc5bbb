// What every browser story needs: a registry of its own, a browser, and the checks that hold on every page.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BINARY = process.env.ASHIBA_BIN ?? here("../target/debug/ashiba");
const OUT = here("./out");

/** The two widths a page must be readable at. */
export const WIDTHS = [1440, 360];

const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/** Starts the demo in a folder of its own. Gives its address, its log-ins (`{ who, id }`), and what stops it. */
export async function startAshiba(...more) {
  const data = await mkdtemp(join(tmpdir(), "ashiba-e2e-"));
  const child = spawn(BINARY, ["demo", "--port", "0", "--data", data, "--quiet", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let printed = "";
  const stop = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 45_000);
    await ended;
    clearTimeout(late);
    await rm(data, { recursive: true, force: true });
    assert.equal(child.signalCode === "SIGKILL", false, "the demo did not stop within 10 seconds");
  };
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${BINARY}: ${why}\n${printed}`));
    const late = setTimeout(() => (child.kill("SIGKILL"), fail("not listening after 60 seconds")), 60_000);
    const read = (text) => {
      printed += text;
      const found = printed.match(/^listening (http:\/\/127\.0\.0\.1:\d+)\s/m);
      if (found) {
        clearTimeout(late);
        resolve(found[1]);
      }
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", (error) => (clearTimeout(late), fail(error.message)));
    child.once("close", (code) => (clearTimeout(late), fail(`ended with ${code}`)));
  }).catch(async (error) => {
    await rm(data, { recursive: true, force: true });
    throw error;
  });
  const logIns = JSON.parse(printed.match(/^log-ins (.*)$/m)[1]);
  return { url, data, logIns, stop };
}

/** A browser without a window that talks to nobody but us; `more` are switches of its command line. */
export function launch(...more) {
  const names = [process.env.ASHIBA_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = names.find((name) => name && existsSync(name));
  assert.ok(executablePath, "no Chromium found: run `cargo xtask install`, or name it in ASHIBA_CHROMIUM");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/**
 * A person at a browser of his own (own cookies). `problems` fills with what must never happen on any page: errors of scripts,
 * answers of 500 and above, anything fetched from another host. `checkPage` fails on them.
 */
export async function person(browser, url, options = {}) {
  const context = await browser.newContext({
    baseURL: url,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    viewport: { width: WIDTHS[0], height: 900 },
    ...options,
  });
  context.setDefaultTimeout(45_000);
  // As an init script, because the pages' content security policy rightly refuses scripts added later.
  await context.addInitScript({ content: axe.source });
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(`script error: ${error.message}`));
  page.on("request", (request) => {
    const at = new URL(request.url());
    if (at.protocol.startsWith("http") && at.origin !== url) problems.push(`fetched from elsewhere: ${at.href}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.status()} from ${response.url()}`);
  });
  page.problems = problems;
  return page;
}

/** Signs in; fails if the sign-in page is still there afterwards. An ID that is in use elsewhere is taken over. */
export async function signIn(page, id, password) {
  await page.goto("/sign-in");
  await page.locator('input[name="name"]').fill(id);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('form:has(input[name="password"]) button').click();
  const goOn = page.locator('form[action="/sign-in/go-on"] button').first();
  await goOn.or(page.locator("nav.menu")).first().waitFor();
  if (await goOn.isVisible()) await goOn.click();
  await page.waitForURL((at) => !at.pathname.startsWith("/sign-in"));
}

/** What every made-up person signs in with. */
export const PASSWORD = "ashiba-demo-2026";

/** A paper to attach, as small as a PDF can be. */
export const PAPER = { name: "書類.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };

export const text = (page) => page.locator("main").innerText();

/** A field of the page's main part by its name, as a person sees it. */
export const field = (page, name) => page.locator(`main [name="${name}"]:not([type=hidden])`);

/** A day in Japan so many days from today, as a date field wants it. */
export const day = (days) => new Date(Date.now() + 9 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);

/** Fills in fields by name: texts, choices, boxes, and files as `{ name, mimeType, buffer }`. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const input = field(page, name).first();
    const kind = await input.evaluate((element) => (element.tagName === "SELECT" ? "select" : element.type));
    if (kind === "select") await input.selectOption(value);
    else if (kind === "radio" || kind === "checkbox") await page.locator(`main [name="${name}"][value="${value}"]`).check();
    else if (kind === "file") await input.setInputFiles(value);
    else await input.fill(value);
  }
}

/**
 * What holds on every page: a language, one main heading, WCAG 2.2 AA as far as axe sees it, no sideways scrolling at either
 * width, nothing of `page.problems`. Leaves a picture of each width in out/.
 */
export async function checkPage(page, name) {
  const before = page.viewportSize();
  await mkdir(OUT, { recursive: true });
  const faults = [...page.problems];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: before.height });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) faults.push(`at ${width} px the page scrolls sideways by ${wide} px`);
    faults.push(...(await violations(page)).map((violation) => `at ${width} px ${violation}`));
    await page.screenshot({ path: join(OUT, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
  const headings = await page.locator("h1").count();
  if (headings !== 1) faults.push(`${headings} main headings`);
  assert.deepEqual(faults, [], `${name}: ${page.url()}`);
}

/** What axe finds, one line each. */
async function violations(page) {
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }), AXE_TAGS);
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}
