import { text } from "node:stream/consumers";
import { type Browser, launch, type Page } from "puppeteer-core";
import type { Opened, Visit } from "./browser.ts";

/** Opens the pages of a `Visit`, which it reads from standard input, in a real browser; prints an `Opened` for each. */

const PAGE_MS = 30_000;

const visit: Visit = JSON.parse(await text(process.stdin));
const browser = await start(visit);
const opened: Opened[] = [];
for (const url of visit.pages) opened.push(await open(browser, url));
await browser.close();
console.log(JSON.stringify(opened));

function start({ browser, proxy }: Visit): Promise<Browser> {
  // In a container as root, and for one page: it needs no sandbox of its own.
  if (browser === "chrome") {
    const set = proxy === undefined || proxy === "policy" ? [] : [`--proxy-server=http://${proxy}`];
    const args = ["--no-sandbox", "--disable-quic", ...set];
    return launch({ browser, executablePath: "/usr/bin/chromium", args });
  }
  return launch({ browser, executablePath: "/usr/bin/firefox-esr", extraPrefsFirefox: preferences(proxy) });
}

function preferences(proxy: string | undefined): Record<string, unknown> {
  if (proxy === undefined) return { "network.proxy.type": 0 };
  if (proxy === "policy") return {};
  const [host = "", port = ""] = proxy.split(":");
  return Object.fromEntries([
    ["network.proxy.type", 1],
    ...["http", "ssl"].flatMap((scheme) => [
      [`network.proxy.${scheme}`, host],
      [`network.proxy.${scheme}_port`, Number(port)],
    ]),
  ]);
}

async function open(browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage();
  try {
    if (visit.login !== undefined) await page.authenticate(visit.login);
    const response = await page.goto(url, { timeout: PAGE_MS });
    return { status: response?.status() ?? 0, text: await shown(page), error: "" };
  } catch (error) {
    // of the page: the browser says why it cannot be opened
    return { status: 0, text: "", error: error instanceof Error ? error.message : String(error) };
  } finally {
    await page.close();
  }
}

async function shown(page: Page): Promise<string> {
  return String(await page.evaluate("document.body.innerText")).trim();
}
