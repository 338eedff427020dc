// Looks at pages in a real browser: node check.cjs [--pictures FOLDER] PAGE...
//
// At each width, in light, dark and print: nothing scrolls sideways, nothing is said on the console,
// nothing is requested, the policy lets the style sheet apply, and axe-core finds no violation.
// Needs playwright-core and axe-core (through NODE_PATH) and a Chromium (BROWSER, or the usual place).
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [320, 768, 1440];
const LOOKS = [
  { name: "light", colorScheme: "light", media: "screen" },
  { name: "dark", colorScheme: "dark", media: "screen" },
  { name: "print", colorScheme: "light", media: "print" },
];

const pages = process.argv.slice(2);
let pictures = null;
if (pages[0] === "--pictures") {
  [, pictures] = pages.splice(0, 2);
}

async function look(browser, file, width, { name, colorScheme, media }) {
  const found = [];
  const address = pathToFileURL(path.resolve(file)).href;
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  page.on("console", (message) => found.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => found.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (request.url() !== address) found.push(`request: ${request.url()}`);
  });
  await page.emulateMedia({ media, colorScheme });
  await page.goto(address);
  const seen = await page.evaluate(() => ({
    room: document.documentElement.clientWidth,
    taken: document.documentElement.scrollWidth,
    styled: getComputedStyle(document.body).maxWidth !== "none" || matchMedia("print").matches,
  }));
  if (seen.taken > seen.room) found.push(`scrolls sideways: ${seen.taken} px in ${seen.room} px`);
  if (!seen.styled) found.push("the style sheet does not apply");
  if (pictures) {
    const picture = path.join(pictures, `${path.parse(file).name}-${width}-${name}.png`);
    await page.screenshot({ path: picture, fullPage: true });
  }
  // Last, so that what axe itself does is not taken for the page's doing.
  page.removeAllListeners();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, help, nodes } of violations) {
    const first = `${nodes[0].target.join(" ")}: ${nodes[0].failureSummary.replace(/\s+/g, " ")}`;
    found.push(`axe ${id}: ${help} (${nodes.length}), first at ${first}`);
  }
  await context.close();
  return found.map((said) => `${file} at ${width} px, ${name}: ${said}`);
}

async function main() {
  if (pages.length === 0) throw new Error("no page was named");
  const browser = await chromium.launch({
    executablePath: process.env.BROWSER || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const found = [];
  let looks = 0;
  for (const file of pages) {
    for (const width of WIDTHS) {
      for (const kind of LOOKS) {
        found.push(...(await look(browser, file, width, kind)));
        looks += 1;
      }
    }
    if (pictures) {
      const page = await browser.newPage();
      await page.goto(pathToFileURL(path.resolve(file)).href);
      await page.pdf({ path: path.join(pictures, `${path.parse(file).name}.pdf`), format: "A4" });
      await page.close();
    }
  }
  await browser.close();
  for (const said of found) console.error(said);
  console.log(`${pages.length} pages, ${looks} looks, ${found.length} findings`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
