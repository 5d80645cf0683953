/** Charts, from the page through the program to an exchange that speaks over real sockets, and back. */
import { readFile } from "node:fs/promises";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { comeBack, type Person } from "./support/account";
import { hasFocus, heading, sharedBrowser, visit } from "./support/browser";
import { Desk } from "./support/desk";
import { looksRight, timeForLooks } from "./support/looks";
import { until } from "./support/server";

let ann: Person = { email: "", password: "" };
let count = 0;

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  [desk, browser] = await Promise.all([Desk.open(), sharedBrowser()]);
  // More than a search shows at once.
  const { instruments } = desk.exchange.market;
  const one = instruments.find(({ venue }) => venue === "usdc-futures");
  for (let i = 1; one && i <= 40; i += 1) instruments.push({ ...one, symbol: `COIN${i}PERP`, base: `COIN${i}` });
});
afterAll(async () => {
  await desk?.close();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await desk.server.createAccount(ann.email, ann.password);
});

const send = <Answer>(path: string, body: object) => desk.send<Answer>(ann, path, body);

const indicators = [
  { kind: "sma", params: { period: 20 } },
  { kind: "bollinger", params: { period: 20, deviations: 2 } },
  { kind: "rsi", params: { period: 14 } },
  { kind: "macd", params: { fast: 12, slow: 26, signal: 9 } },
];
const makeChart = (more: object = {}) =>
  send<{ id: string }>("/charts", { symbol: "BTCUSDT", interval: "1H", days: 30, ...more });

const button = (page: Page | Locator, name: string | RegExp) => page.getByRole("button", { name, exact: true });
const chart = (page: Page) => page.getByRole("application");
const price = (page: Page | Locator, name = "close") => page.locator(`[data-value="${name}"]`).first();
const live = (page: Page | Locator) => page.locator('.chart-state[data-state="live"]').first();
/** How many candles are loaded, as the table tells. */
const loaded = async (page: Page): Promise<number> =>
  Number(/of ([\d,]+)/.exec((await page.locator(".chart-table-foot p").textContent()) ?? "")?.[1]?.replaceAll(",", ""));

async function choose(page: Page, act: string | RegExp): Promise<void> {
  await button(page, "More about this chart").click();
  await page.getByRole("menuitem", { name: act }).click();
}

it("a chart is made from nothing, gets indicators, and is there after a reload", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann);
  await page.getByRole("link", { name: "Charts", exact: true }).click();
  await heading(page, "Charts").waitFor();
  await page.getByText("You have no charts yet.").waitFor();
  await button(page, "New chart").last().click();
  await page.getByRole("combobox", { name: "Symbol" }).fill("btc");
  await page.getByRole("option", { name: /^BTCUSDT/ }).click();
  await page.waitForURL(/\/charts\/[0-9a-f-]{36}$/);
  await heading(page, "BTCUSDT 1H").waitFor();
  await live(page).waitFor();
  await expect.poll(() => price(page).textContent()).toMatch(/^[\d,]+\.\d\d$/);

  await button(page, "Add indicator").click();
  await page.getByLabel("Indicator", { exact: true }).selectOption("rsi");
  await page.getByLabel("Period (candles)").fill("0");
  await button(page, "Apply").click();
  await page.getByText("From 2 to 500.").waitFor();
  await page.getByLabel("Period (candles)").fill("21");
  await button(page, "Apply").click();
  const rsi = page.locator(".chart-legend-indicator");
  await expect.poll(() => rsi.textContent()).toMatch(/RSI 21 \d+\.\d\d$/);

  await rsi.click();
  await page.getByLabel("Period (candles)").fill("7");
  await page.getByLabel("Colour of its own").check();
  await page.locator("input[type=color]").fill("#ff0000");
  await button(page, "Apply").click();
  await expect.poll(() => rsi.textContent()).toMatch(/RSI 7 \d+\.\d\d$/);

  await page.getByLabel("Interval").selectOption("4H");
  await heading(page, "BTCUSDT 4H").waitFor();
  await page.reload();
  await heading(page, "BTCUSDT 4H").waitFor();
  await expect.poll(() => rsi.textContent()).toMatch(/RSI 7 \d+\.\d\d$/);
  expect(await page.locator(".chart-swatch").evaluate((swatch) => getComputedStyle(swatch).backgroundColor)).toBe(
    "rgb(255, 0, 0)",
  );

  await rsi.click();
  await button(page, "Remove").click();
  await expect.poll(() => rsi.count()).toBe(0);
  await end();
});

it("a candle that grows at the exchange grows on the page; the page says when the exchange is away, and when it is back", async () => {
  const { id } = await makeChart({ indicators: [{ kind: "sma", params: { period: 5 } }] });
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, `/charts/${id}`);
  await live(page).waitFor();
  await expect.poll(() => price(page).textContent()).toMatch(/\d/);
  desk.exchange.tick("BTCUSDT", 65_432.1);
  await expect.poll(() => price(page).textContent()).toBe("65,432.10");
  const average = await page.locator('[data-value="indicator-0"]').textContent();
  desk.exchange.tick("BTCUSDT", 68_000);
  await expect.poll(() => price(page).textContent()).toBe("68,000.00");
  await expect.poll(() => page.locator('[data-value="indicator-0"]').textContent()).not.toBe(average);

  await desk.exchange.goDown();
  await page.locator('.chart-state[data-state="away"]').waitFor({ timeout: 90_000 });
  await desk.exchange.comeBack();
  await live(page).waitFor({ timeout: 90_000 });
  desk.exchange.tick("BTCUSDT", 61_111);
  await expect.poll(() => price(page).textContent()).toBe("61,111.00");
  await end();
});

it("older candles come when somebody goes back, without a jump, up to the beginning", async () => {
  const of = desk.exchange.find("SOLUSDT");
  const before = of.listed;
  of.listed = Date.now() - 120 * 86_400_000;
  try {
    const { id } = await makeChart({ symbol: "SOLUSDT", interval: "1H", days: 30 });
    const { page, end } = await visit(browser, desk.server.url);
    await comeBack(page, desk.server, ann, `/charts/${id}`);
    await live(page).waitFor();
    await button(page, "Table").click();
    await expect.poll(() => loaded(page)).toBeGreaterThan(700);
    const first = await loaded(page);
    await chart(page).focus();
    await page.keyboard.press("Home");
    const at = await price(page, "time").textContent();
    await expect.poll(() => loaded(page)).toBeGreaterThan(first + 900);
    // The crosshair stands on the same candle, which is no longer the first one.
    expect(await price(page, "time").textContent()).toBe(at);
    await expect
      .poll(async () => {
        await page.keyboard.press("Home");
        return loaded(page);
      })
      .toBeGreaterThan(2800);
    await end();
  } finally {
    of.listed = before;
  }
});

it("a grid shows one symbol in several intervals, linked by time; with a linked symbol all change together", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, "/charts");
  await button(page, "New grid").click();
  await button(page, "Make the grid").click();
  await page.getByText("Please enter a symbol.").waitFor();
  await page.getByRole("textbox", { name: "Symbol" }).fill("nosuch");
  await button(page, "Make the grid").click();
  await page.getByText("The exchange has no such symbol.").waitFor();
  await page.getByRole("textbox", { name: "Symbol" }).fill("ethusdt");
  await button(page, "Make the grid").click();
  await page.waitForURL(/\/charts\/layouts\/[0-9a-f-]{36}$/);
  const charts = page.locator(".chart-view");
  await expect.poll(() => charts.count()).toBe(4);
  for (let place = 0; place < 4; place += 1) {
    await expect.poll(() => price(charts.nth(place)).textContent()).toMatch(/\d/);
  }

  // By keys in one, the others follow.
  const times = () => page.locator('.chart-view [data-value="time"]').allTextContents();
  const before = await times();
  await chart(page).first().focus();
  for (let step = 0; step < 12; step += 1) await page.keyboard.press("Shift+ArrowLeft");
  await expect.poll(async () => (await times())[0]).not.toBe(before[0]);
  await expect.poll(async () => (await times())[1]).not.toBe(before[1]);

  await page.getByLabel("Same symbol in all").check();
  await expect.poll(() => page.getByLabel("Same symbol in all").isChecked()).toBe(true);
  await button(charts.first(), /^Symbol: ETHUSDT/).click();
  await page.getByRole("combobox", { name: "Symbol" }).fill("XRPUSDT");
  await page.getByRole("option", { name: /^XRPUSDT/ }).click();
  await expect.poll(() => page.getByRole("button", { name: /^Symbol: XRPUSDT/ }).count()).toBe(4);
  await page.reload();
  await expect.poll(() => page.getByRole("button", { name: /^Symbol: XRPUSDT/ }).count()).toBe(4);

  await page.getByLabel("Places").selectOption("2");
  await expect.poll(() => charts.count()).toBe(2);
  await button(page, /^Take XRPUSDT/)
    .first()
    .click();
  await page.getByText("This place is empty.").waitFor();
  await button(page, "Delete the grid").click();
  await button(page.getByRole("alertdialog"), "Delete").click();
  await heading(page, "Charts").waitFor();
  await end();
});

interface Label {
  text: string;
  left: number;
  right: number;
  /** Of what it is written on. */
  width: number;
}

it("writes whole labels below the time axis, wherever its edges are", async () => {
  const { id } = await makeChart();
  const { page, end } = await visit(browser, desk.server.url);
  await page.addInitScript(() => {
    const labels: Label[] = [];
    Object.assign(window, { labels });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
      // On the other axis they are not centred.
      if (this.textAlign === "center" && text !== "") {
        const half = this.measureText(text).width / 2;
        labels.push({ text, left: x - half, right: x + half, width: this.canvas.width / this.getTransform().a });
      }
      fillText.call(this, text, x, y);
    };
  });
  const labels = () => page.evaluate(() => (window as unknown as { labels: Label[] }).labels);
  await comeBack(page, desk.server, ann, `/charts/${id}`);
  await live(page).waitFor();
  // The labels are a day apart, 144 pixels: one comes to the left edge and goes beyond it.
  for (let width = 1270; width > 1120; width -= 10) {
    const before = (await labels()).length;
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(async () => (await labels()).length).toBeGreaterThan(before);
  }
  const written = await labels();
  expect(written.filter(({ left, right, width }) => left < -1 || right > width + 1)).toEqual([]);
  // One was moved, by half a pixel less or more than it had to be.
  expect(written.some(({ left }) => Math.abs(left) < 1)).toBe(true);
  await end();
});

it("a chart goes along as a picture and as a table", async () => {
  const { id } = await makeChart({ indicators, days: 5 });
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, `/charts/${id}`);
  await live(page).waitFor();

  const [picture] = await Promise.all([page.waitForEvent("download"), choose(page, /PNG/)]);
  expect(picture.suggestedFilename()).toMatch(/^BTCUSDT-1H-\d{4}-\d\d-\d\d\.png$/);
  const png = await readFile(await picture.path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(600);
  await page.locator(".chart-said", { hasText: "is ready." }).waitFor();

  const [table] = await Promise.all([page.waitForEvent("download"), choose(page, /CSV/)]);
  expect(table.suggestedFilename()).toMatch(/^BTCUSDT-1H-\d{4}-\d\d-\d\d\.csv$/);
  const lines = (await readFile(await table.path(), "utf8")).trim().split(/\r?\n/);
  expect(lines[0]).toContain("rsi(14)");
  expect(lines.length).toBeGreaterThan(100);
  await end();
});

it("everything is done by keys alone", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, "/charts");
  await page.getByText("You have no charts yet.").waitFor();
  await page.keyboard.press("Tab");
  await until("the focus on the button", async () => {
    if (await hasFocus(button(page, "New chart").first())) return true;
    await page.keyboard.press("Tab");
    return false;
  });
  await page.keyboard.press("Enter");
  const search = page.getByRole("combobox", { name: "Symbol" });
  await expect.poll(() => hasFocus(search)).toBe(true);
  await page.keyboard.type("usdt");
  await page.getByRole("option", { name: /^ETHUSDT/ }).waitFor();
  const picked = async () =>
    (await page.locator('[role="option"][aria-selected="true"] .symbol-name').textContent()) ?? "";
  // Each step is waited for: whoever presses faster than the page draws goes past it.
  for (let at = await picked(); !at.startsWith("ETHUSDT"); at = await picked()) {
    await page.keyboard.press("ArrowDown");
    await expect.poll(picked).not.toBe(at);
  }
  await page.keyboard.press("Enter");
  await heading(page, "ETHUSDT 1H").waitFor();
  await live(page).waitFor();

  await page.keyboard.press("/");
  await expect.poll(() => hasFocus(search)).toBe(true);
  await page.keyboard.press("Escape");
  await expect.poll(() => search.count()).toBe(0);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");

  const star = button(page, "Add ETHUSDT to the favourites");
  await star.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => star.getAttribute("aria-pressed")).toBe("true");

  await chart(page).focus();
  const now = await price(page, "time").textContent();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => price(page, "time").textContent()).not.toBe(now);
  // Said once somebody stays.
  await expect.poll(() => page.locator(".chart-figure p[role=status]").textContent()).toMatch(/open .*close/);
  const words = page.getByRole("group", { name: "The chart in words" });
  const said = await words.textContent();
  for (const key of ["-", "-", "-", "PageUp", "PageUp"]) await page.keyboard.press(key);
  await expect.poll(() => words.textContent()).not.toBe(said);
  await page.keyboard.press("End");
  await expect.poll(() => price(page, "time").textContent()).toBe(now);

  await page.keyboard.press("/");
  await expect.poll(() => hasFocus(search)).toBe(true);
  await page.getByRole("option", { name: /^ETHUSDT.*Favourite/ }).waitFor();
  await page.keyboard.press("Escape");
  await end();
});

it("a question about a chart takes its numbers along, and they can be checked later", async () => {
  await desk.setUpModel(ann);
  desk.models.script = { text: "It went up." };
  const { id } = await makeChart({ indicators: [{ kind: "rsi", params: { period: 14 } }] });
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, `/charts/${id}`);
  await live(page).waitFor();
  await button(page, "Ask about this chart").click();
  await page.getByRole("textbox", { name: "Your message" }).fill("What happened?");
  await page.getByRole("textbox", { name: "Your message" }).press("Enter");
  await page.locator("article .markdown", { hasText: "It went up." }).waitFor();
  await page.getByText("About BTCUSDT 1H").waitFor();
  await button(page, "Check numbers").click();
  await page.getByText("The numbers are still the same.").waitFor();
  // Beside each other where there is room, one of them by tabs where there is none.
  expect(await chart(page).isVisible()).toBe(true);
  await page.setViewportSize({ width: 800, height: 800 });
  await page.getByRole("tab", { name: "Chart" }).click();
  await expect.poll(() => page.locator("article").first().isVisible()).toBe(false);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.locator("article").first().isVisible()).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await button(page, "Close the conversation").click();
  await expect.poll(() => page.locator("article").count()).toBe(0);
  await end();
});

it("charts of others, and those that never were, look the same", async () => {
  const { id } = await makeChart();
  const bob = { email: `bob${count}@example.com`, password: "ledger of the north sea" };
  await desk.server.createAccount(bob.email, bob.password);
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, bob, `/charts/${id}`);
  const notice = page.locator(".notice");
  await notice.waitFor();
  const text = await notice.textContent();
  await page.goto("/charts/00000000-0000-4000-8000-000000000000");
  await notice.waitFor();
  expect(await notice.textContent()).toBe(text);
  await end();
});

it("charts are duplicated and deleted, and the list is filtered", async () => {
  await makeChart();
  await makeChart({ symbol: "ETHUSDT" });
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann, "/charts");
  const rows = page.locator(".rows").first().locator("li");
  await expect.poll(() => rows.count()).toBe(2);
  await button(page, "Duplicate ETHUSDT 1H").click();
  await expect.poll(() => rows.count()).toBe(3);
  await page.getByRole("searchbox", { name: "Symbol" }).fill("btcusdt");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole("searchbox", { name: "Symbol" }).fill("");
  await expect.poll(() => rows.count()).toBe(3);
  await button(page, "Delete BTCUSDT 1H").click();
  await button(page.getByRole("alertdialog"), "Delete").click();
  await expect.poll(() => rows.count()).toBe(2);
  await end();
});

it("tells without a login whose work draws the charts", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await page.goto("/login");
  await page.getByRole("link", { name: "About" }).click();
  await heading(page, "About Kontor").waitFor();
  await page.getByText("TradingView Lightweight Charts™").waitFor();
  expect(await page.getByRole("link", { name: /www\.tradingview\.com/ }).getAttribute("href")).toBe(
    "https://www.tradingview.com/",
  );
  await end();
});

it(
  "looks right in both themes, wide and narrow",
  async () => {
    const { id } = await makeChart({ indicators });
    await send("/charts/multi-timeframe", { symbol: "ETHUSDT", intervals: ["15m", "1H", "4H", "1D"] });
    const { page, end } = await visit(browser, desk.server.url);
    await comeBack(page, desk.server, ann, `/charts/${id}`);
    await live(page).waitFor();
    await button(page, "Table").click();
    await button(page, "In words").click();
    await button(page, "Table").click();
    await looksRight(page, "chart");
    await page.setViewportSize({ width: 1280, height: 800 });
    await button(page, "Add indicator").click();
    await looksRight(page, "chart-indicator");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.keyboard.press("/");
    await page.locator(".symbol-row").first().waitFor();
    await looksRight(page, "chart-search");
    await page.keyboard.press("Escape");
    await page.goto("/charts");
    await page.getByRole("link", { name: "ETHUSDT", exact: true }).waitFor();
    await looksRight(page, "charts");
    await page.getByRole("link", { name: "ETHUSDT", exact: true }).click();
    await expect.poll(() => page.locator('.chart-state[data-state="live"]').count()).toBe(4);
    await looksRight(page, "chart-grid");
    await page.goto("/about");
    await heading(page, "About Kontor").waitFor();
    await looksRight(page, "about");
    await end();
  },
  timeForLooks,
);

it("a search that does not show all says so, and typing finds the rest", async () => {
  const { page, end } = await visit(browser, desk.server.url);
  await comeBack(page, desk.server, ann);
  await page.getByRole("link", { name: "Charts", exact: true }).click();
  await button(page, "New chart").click();
  await page.getByRole("combobox", { name: "Market" }).selectOption("usdc-futures");
  await page.getByText("The first 30. Type to find the others.").waitFor();
  expect(await page.getByRole("listbox", { name: "Symbols" }).getByRole("option").count()).toBe(30);
  await page.getByRole("combobox", { name: "Symbol" }).fill("coin40");
  await page.getByText("1 symbol", { exact: true }).waitFor();
  await page.getByRole("option", { name: /^COIN40PERP/ }).waitFor();
  await end();
});
