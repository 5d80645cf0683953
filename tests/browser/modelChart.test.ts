/** A chart that a model makes: asked for in a conversation, seen beside it, and in the list, with the numbers that were said. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { comeBack, type Person } from "./support/account";
import { hasFocus, heading, sharedBrowser, visit } from "./support/browser";
import { analyst, Desk, type Told } from "./support/desk";
import { looksRight, timeForLooks } from "./support/looks";

const question = "RSI of BTCUSDT 4H, and chart it";

let desk: Desk;
let browser: Browser;
let ann: Person = { email: "", password: "" };
let count = 0;
let told: Told | null = null;

beforeAll(async () => {
  [desk, browser] = await Promise.all([Desk.open(), sharedBrowser()]);
});
afterAll(async () => {
  await desk?.close();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await desk.server.createAccount(ann.email, ann.password);
  await desk.setUpModel(ann);
  told = null;
  desk.models.script = analyst((what) => {
    told = what;
  });
});

const button = (page: Page | Locator, name: string) => page.getByRole("button", { name, exact: true });
const live = (page: Page | Locator) => page.locator('.chart-state[data-state="live"]');
const beside = (page: Page) => page.locator(".chart-beside");

async function ask(page: Page, words: { field: string; send: string } = { field: "Your message", send: "Send" }) {
  const field = page.getByRole("textbox", { name: words.field });
  await field.fill(question);
  await field.press("Enter");
  await page.locator("article .markdown", { hasText: /The RSI\(14\) of BTCUSDT on 4H was \d/ }).waitFor();
  await button(page, words.send).waitFor();
}

/** The row of the table for the candle that the model was told of: its close and its RSI, as the page writes them. */
async function rowOf(chart: Page | Locator): Promise<{ close: number; rsi: number }> {
  const table = chart.getByRole("region", { name: "Candles as a table" });
  if ((await table.count()) === 0) await button(chart, "Table").click();
  // The newest one is still growing.
  const cells = await table.locator("tbody tr").nth(1).locator("td").allTextContents();
  const numbers = cells.map((text) => Number(text.replaceAll(",", "")));
  return { close: numbers[3] ?? Number.NaN, rsi: numbers.at(-1) ?? Number.NaN };
}

function expectTold({ close, rsi }: { close: number; rsi: number }): void {
  expect(close).toBeCloseTo(told?.close ?? Number.NaN, 2);
  expect(rsi).toBe(Number((told?.rsi ?? Number.NaN).toFixed(2)));
}

describe("RSI of BTCUSDT 4H, and chart it", () => {
  it("the lines of the tools, the chart beside, and the same numbers in the list", async () => {
    const { page, end } = await visit(browser, desk.server.url, { viewport: { width: 1440, height: 900 } });
    await comeBack(page, desk.server, ann, "/chat/new");
    await ask(page);
    const lines = page.locator('.tool-line[data-state="done"] summary');
    await expect.poll(() => lines.count()).toBe(2);
    expect(await lines.nth(0).textContent()).toMatch(/^Looked up .*RSI\(14\).*BTCUSDT 4H/);
    expect(await lines.nth(1).textContent()).toMatch(/^Made a chart: .*BTCUSDT 4H/);
    await lines.nth(0).click();
    await page.locator(".tool-details", { hasText: String(told?.rsi) }).waitFor();

    await button(page, "Show the chart").click();
    await live(beside(page)).waitFor();
    // Both at once, where there is room.
    expect(await page.locator("article").first().isVisible()).toBe(true);
    expectTold(await rowOf(beside(page)));
    // What is shown already is gone to.
    await button(page, "Go to the chart").click();
    await expect.poll(() => hasFocus(beside(page).getByRole("application"))).toBe(true);

    // Who closes it is where they were before.
    await button(page, "Close the chart").click();
    await expect.poll(() => beside(page).count()).toBe(0);
    await expect.poll(() => hasFocus(button(page, "Show the chart"))).toBe(true);

    await page.reload();
    await expect.poll(() => lines.count()).toBe(2);
    await page.getByRole("link", { name: "Charts", exact: true }).click();
    await heading(page, "Charts").waitFor();
    const row = page.locator(".chart-rows li");
    await expect.poll(() => row.count()).toBe(1);
    expect(await row.textContent()).toContain("Made by the model");
    expect(await row.textContent()).toContain("BTCUSDT 4H · RSI 14");
    await row.getByRole("link", { name: "RSI", exact: true }).click();
    await heading(page, "RSI").waitFor();
    await live(page).waitFor();
    expectTold(await rowOf(page));
    await end();
  });

  it("on a narrow screen it stands behind a tab, and the focus goes there and back", async () => {
    const { page, end } = await visit(browser, desk.server.url, { viewport: { width: 360, height: 800 } });
    await comeBack(page, desk.server, ann, "/chat/new");
    await ask(page);
    const show = button(page, "Show the chart");
    await show.focus();
    await page.keyboard.press("Enter");
    await live(beside(page)).waitFor();
    expect(await page.locator("article").first().isVisible()).toBe(false);
    await expect.poll(() => hasFocus(page.getByRole("tab", { name: "Chart" }))).toBe(true);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => page.locator("article").first().isVisible()).toBe(true);
    await button(page, "Go to the chart").click();
    await expect.poll(() => hasFocus(page.getByRole("tab", { name: "Chart" }))).toBe(true);
    await button(page, "Close the chart").focus();
    await page.keyboard.press("Enter");
    // The list draws its messages anew when it is seen again, so not on the button itself.
    await expect.poll(() => page.locator(".beside-first:focus, .beside-first :focus").count()).toBe(1);
    await end();
  });

  it("looks right in German, conversation and charts", { timeout: timeForLooks }, async () => {
    const { page, end } = await visit(browser, desk.server.url, { locale: "de-DE" });
    await comeBack(page, desk.server, ann, "/chat/new");
    await button(page, "Wie steht der RSI von ETHUSDT auf 4H? Mach auch einen Chart davon.").waitFor();
    await looksRight(page, "model-chart-de-new");
    await ask(page, { field: "Deine Nachricht", send: "Senden" });
    await button(page, "Chart zeigen").click();
    await live(beside(page)).waitFor();
    await looksRight(page, "model-chart-de-conversation");
    await page.goto("/charts");
    await page.getByText("Vom Modell gemacht").waitFor();
    await looksRight(page, "model-chart-de-list");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole("link", { name: "RSI", exact: true }).click();
    await live(page).waitFor();
    await looksRight(page, "model-chart-de-chart");
    await button(page, "Indikator hinzufügen").click();
    await page.getByRole("dialog").waitFor();
    await looksRight(page, "model-chart-de-indicator");
    await end();
  });
});
