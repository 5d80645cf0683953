/** What a page weighs on its way to the browser, counted where the browser gets it. */
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

/** Bytes: 120 KB, html, scripts, styles, pictures and fonts together, compressed as they are sent. */
const budget = 120 * 1024;

let server: Server;
let browser: Browser;
const ann = { email: "ann@example.com", password: "ledger of the north sea" };

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
  await server.createAccount(ann.email, ann.password);
});
afterAll(async () => {
  await server?.dispose();
});

interface Loaded {
  path: string;
  /** Of the body, as it came over the network. */
  bytes: number;
  encoding: string;
}

/** Everything that is fetched from now on but the API. */
async function watch(page: Page): Promise<() => Promise<Loaded[]>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const loaded = new Map<string, Loaded>();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    if (pathname.startsWith("/api/") || pathname.startsWith("/ws/")) return;
    const encoding = Object.entries(response.headers).find(([name]) => name.toLowerCase() === "content-encoding");
    loaded.set(requestId, { path: pathname, bytes: 0, encoding: encoding?.[1] ?? "" });
  });
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    const entry = loaded.get(requestId);
    if (entry) entry.bytes += encodedDataLength;
  });
  return async () => {
    await page.waitForLoadState("networkidle");
    return [...loaded.values()];
  };
}

const sum = (files: readonly Loaded[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);
const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1);

/** Of the libraries that draw charts and formulas, something that stands in no other file. */
const heavy = /createChart|lightweight-charts|TradingView|katex/i;

async function heavyFiles(files: readonly Loaded[]): Promise<string[]> {
  const found: string[] = [];
  for (const { path } of files.filter(({ path }) => path.endsWith(".js"))) {
    const text = await (await fetch(`${server.url}${path}`)).text();
    if (/attributionLogo|KaTeX parse error/.test(text) && heavy.test(text)) found.push(path);
  }
  return found;
}

it.each(["en-GB", "de-DE"])("the login page (%s) weighs at most 120 KB", async (locale) => {
  const { page, end } = await visit(browser, server.url, { locale });
  const loaded = await watch(page);
  await page.goto("/login");
  await submit(page).waitFor();
  const files = await loaded();
  const compressed = sum(files);
  console.log(`login, ${locale}: ${kilobytes(compressed)} KB of ${kilobytes(budget)} KB in ${files.length} files`);
  expect(files.length).toBeGreaterThan(3);
  for (const { path, encoding } of files.filter(({ path }) => /\.(?:js|css)$/.test(path) && path !== "/early.js"))
    expect(encoding, path).toMatch(/^(?:br|gzip)$/);
  expect(compressed).toBeLessThanOrEqual(budget);
  expect(await heavyFiles(files)).toEqual([]);
  await end();
});

it("no page without a chart fetches what draws charts; a chart's page does", async () => {
  const { page, end } = await visit(browser, server.url);
  await page.context().addCookies(await server.cookiesOf(ann.email, ann.password));
  const loaded = await watch(page);
  for (const path of ["/", "/account", "/settings/llm", "/chat/new"]) {
    await page.goto(path);
    await page.locator("h1, h2").first().waitFor();
    await page.waitForLoadState("networkidle");
  }
  const before = await loaded();
  expect(before.length).toBeGreaterThan(10);
  expect(await heavyFiles(before)).toEqual([]);
  await page.goto("/charts");
  await page.getByRole("heading", { level: 1, name: "Charts" }).waitFor();
  expect(await heavyFiles(await loaded())).not.toEqual([]);
  await end();
});
