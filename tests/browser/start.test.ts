/** The start page with its first steps, the navigation, and what is said when nobody answers. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { comeBack, type Person } from "./support/account";
import { hasFocus, heading, sharedBrowser, visit } from "./support/browser";
import { looksRight, timeForLooks } from "./support/looks";
import { Server } from "./support/server";

let server: Server;
let browser: Browser;
let ann: Person = { email: "", password: "" };
let count = 0;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
});
afterAll(async () => {
  await server?.dispose();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
});

/** Stands in for what would take an exchange or a model to come about. */
async function answer(page: Page, path: string, body: object, status = 200): Promise<void> {
  await page.route(`**/api/v1${path}`, (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const contentType = status < 400 ? "application/json" : "application/problem+json";
    return route.fulfill({ status, contentType, body: JSON.stringify(body) });
  });
}

const at = new Date(Date.now() - 3_600_000).toISOString();
const conversation = (place: number, status: "idle" | "processing") => ({
  conversation_id: `00000000-0000-4000-8000-00000000000${place}`,
  title: ["", "What moves the price of gold when rates fall?", "Carry"][place],
  pinned: false,
  messages_count: 2,
  created_at: at,
  updated_at: at,
  status,
});
const chart = {
  id: "00000000-0000-4000-8000-000000000009",
  name: "",
  market: "spot",
  symbol: "BTCUSDT",
  interval: "1H",
  indicators: [],
  theme: "system",
  days: 30,
  created_at: at,
  updated_at: at,
  made_by: "model",
};
const ticker = {
  symbol: "BTCUSDT",
  last: "67123.50",
  high_24h: "",
  low_24h: "",
  change_24h: "0.0232",
  volume_24h: "",
  quote_volume_24h: "",
  time: 0,
};
const limits = {
  runs_at_once: 2,
  running: 0,
  tokens_per_day: null,
  tokens_today: 0,
  day_ends_at: at,
  model: { provider: "openai", name: "m", offered_by: "user" },
};

async function fillDesk(page: Page): Promise<void> {
  await answer(page, "/chat/?*", { conversations: [conversation(1, "idle"), conversation(2, "processing")] });
  await answer(page, "/charts?*", { charts: [chart] });
  await answer(page, "/favourites", {
    favourites: [
      { market: "spot", symbol: "BTCUSDT", added_at: at },
      { market: "spot", symbol: "ETHUSDT", added_at: at },
    ],
  });
  await answer(page, "/market/tickers?*", { market: "spot", tickers: [ticker], is_stale: false, fetched_at: at });
  await answer(page, "/chat/limits", limits);
}

it("the first steps tick themselves off, lead to where each is done, and are gone when hidden", async () => {
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/");
  await heading(page, "Your desk").waitFor();
  const steps = page.getByRole("region", { name: "First steps" });
  await steps.getByText("1 of 4 done").waitFor();
  expect(await steps.locator("[aria-current=step]").textContent()).toContain("Next: A key for a language model");
  await steps.getByRole("link", { name: "Enter the key" }).click();
  await heading(page, "Language model").waitFor();
  await page.goBack();
  await steps.getByRole("link", { name: "Ask something" }).click();
  await page.waitForURL("**/chat/new");
  await page.goBack();
  await steps.getByRole("link", { name: "Make a chart" }).click();
  await page.getByRole("dialog", { name: "Choose a symbol" }).waitFor();
  await page.goto("/");

  // What is there now is seen, whoever made it.
  await answer(page, "/chat/limits", limits);
  await page.reload();
  await steps.getByText("2 of 4 done").waitFor();
  await steps.getByRole("button", { name: "Hide these steps" }).click();
  await steps.waitFor({ state: "detached" });
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("start-lists");
  await page.reload();
  await page.getByRole("heading", { name: "Conversations" }).waitFor();
  await page.waitForLoadState("networkidle");
  expect(await steps.count()).toBe(0);
  await end();
});

it("shows what goes on: answers on their way first, prices, charts, and what wants attention", async () => {
  const { page, end } = await visit(browser, server.url);
  await fillDesk(page);
  await answer(page, "/settings/llm", { state: "invalid", configured: true, provider: "openai" });
  await comeBack(page, server, ann, "/");
  const conversations = page.getByRole("list", { name: "Conversations" }).getByRole("link");
  await conversations.first().waitFor();
  expect(await conversations.allInnerTexts()).toEqual([
    expect.stringMatching(/^Carry\s+Answer on its way$/),
    expect.stringMatching(/^What moves the price of gold when rates fall\?\s+1 hour ago$/),
  ]);
  const favourites = page.getByRole("list", { name: "Favourites" });
  await favourites.getByText("67,123.50").waitFor();
  await favourites.getByText("+2.32%", { exact: false }).first().waitFor();
  await favourites.getByText("no price").waitFor();
  await page.getByRole("link", { name: /BTCUSDT 1H/ }).waitFor();
  await page.getByText("The provider refuses the key of your language model.").waitFor();
  await page.getByRole("link", { name: "Look at the model" }).click();
  await heading(page, "Language model").waitFor();
  await end();
});

it("what cannot be loaded says so where it would stand, and is tried again", async () => {
  const { page, complaints, end } = await visit(browser, server.url);
  await fillDesk(page);
  await answer(page, "/chat/?*", { type: "urn:kontor:problem:internal", title: "Broken", status: 500 }, 500);
  await comeBack(page, server, ann, "/");
  const failed = page.getByRole("alert").filter({ hasText: "Your conversations could not be loaded." });
  await failed.waitFor();
  await page.getByText("67,123.50").waitFor();
  await answer(page, "/chat/?*", { conversations: [conversation(1, "idle")] });
  await failed.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: /What moves the price of gold/ }).waitFor();
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("status of 500")));
  await end();
}, 240_000);

it("every area is reached by its link, which says that one is there", async () => {
  const { page, end } = await visit(browser, server.url, { viewport: { width: 360, height: 800 } });
  await comeBack(page, server, ann, "/");
  const areas = page.getByRole("navigation", { name: "Areas of the desk" });
  for (const [name, path] of [
    ["Charts", "/charts"],
    ["Chat", "/chat"],
    ["Start", "/"],
  ] as const) {
    await areas.getByRole("link", { name, exact: true }).click();
    await page.waitForURL(`**${path}`);
    await expect.poll(() => areas.locator("[aria-current=page]").allInnerTexts()).toEqual([name]);
  }
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL("**/charts");
  await end();
});

it("a browser without a network is told so, and when it is back; one call without an answer is no alarm", async () => {
  const { page, complaints, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/");
  await heading(page, "Your desk").waitFor();
  const banner = page.locator(".offline p:not(.visually-hidden)");
  await page.context().setOffline(true);
  await page.getByRole("status").filter({ hasText: "You are offline." }).waitFor();
  await page.context().setOffline(false);
  await banner.waitFor({ state: "detached" });
  await page.getByText("The connection is back.").waitFor({ state: "attached" });

  await page.route("**/api/v1/auth/sessions", (route) => route.abort());
  await page.goto("/account/sessions");
  await page.getByText("Your sessions could not be loaded.").waitFor();
  expect(await banner.count()).toBe(0);

  // And a server that is gone is told, until it is there again.
  await page.unroute("**/api/v1/auth/sessions");
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("status").filter({ hasText: "The desk does not answer." }).waitFor();
  await page.unroute("**/api/v1/**");
  await banner.waitFor({ state: "detached" });
  // What the browser itself writes about calls without an answer is what was wanted here.
  complaints.splice(
    0,
    complaints.length,
    ...complaints.filter((text) => !/Failed to load resource|WebSocket/.test(text)),
  );
  await end();
}, 240_000);

it.each(["steps", "filled"])(
  "the start page (%s) is accessible and fits, in both themes, wide and narrow",
  async (state) => {
    const { page, end } = await visit(browser, server.url);
    if (state === "filled") await fillDesk(page);
    await comeBack(page, server, ann, "/");
    if (state === "steps") await page.getByRole("region", { name: "First steps" }).waitFor();
    else await page.getByText("67,123.50").waitFor();
    expect(await hasFocus(heading(page, "Your desk"))).toBe(false);
    await looksRight(page, `start-${state}`);
    await end();
  },
  timeForLooks,
);
