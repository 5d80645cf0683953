/** The picture of the README, in both themes. `script/screenshot` puts it there. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Exchange } from "../blackbox/support/exchange";
import { Authority } from "../blackbox/support/web";
import { comeBack } from "./support/account";
import { heading, screenshot, sharedBrowser, visit } from "./support/browser";
import { Server } from "./support/server";

const person = { email: "desk@example.com", password: "ledger of the north sea" };
let authority: Authority;
let exchange: Exchange;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  authority = new Authority();
  exchange = await Exchange.start(authority);
  exchange.limits = { perSecond: 1000, perMinute: 100_000 };
  const settings = {
    BITGET_BASE_URL: exchange.origin,
    BITGET_WS_URL: exchange.socketUrl,
    EGRESS_CA_FILE: authority.file,
  };
  [server, browser] = await Promise.all([Server.start(settings), sharedBrowser()]);
});
afterAll(async () => {
  await server?.dispose();
  await exchange?.goDown();
  authority?.remove();
});

const chart = {
  symbol: "BTCUSDT",
  interval: "1H",
  days: 30,
  indicators: [
    { kind: "bollinger", params: { period: 20, deviations: 2 } },
    { kind: "rsi", params: { period: 14 } },
  ],
};

it("a chart with its indicators, as the README shows it", async () => {
  await server.createAccount(person.email, person.password);
  const post = async (path: string, body: object, token = ""): Promise<Record<string, string>> => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    expect(answer.ok, path).toBe(true);
    return (await answer.json()) as Record<string, string>;
  };
  const { access_token } = await post("/auth/login", person);
  const { id } = await post("/charts", chart, access_token);

  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, person);
  await page.setViewportSize({ width: 1120, height: 700 });
  await page.goto(`${server.url}/charts/${id}`);
  await heading(page, "BTCUSDT 1H").waitFor();
  await page.locator('.chart-state[data-state="live"]').first().waitFor();
  await expect.poll(() => page.locator(".chart-legend-indicator").last().textContent()).toMatch(/RSI 14 \d+\.\d\d$/);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await screenshot(page, `readme-${colorScheme}`);
  }
  await end();
});
