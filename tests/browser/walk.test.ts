/** The first hour of somebody who has never been here: account, model, question, chart, a chart by the model; by keyboard alone. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chartsDe } from "../../web/src/i18n/charts.de";
import { chartsEn } from "../../web/src/i18n/charts.en";
import { chatDe } from "../../web/src/i18n/chat.de";
import { chatEn } from "../../web/src/i18n/chat.en";
import { de } from "../../web/src/i18n/de";
import { en } from "../../web/src/i18n/en";
import { settingsDe } from "../../web/src/i18n/settings.de";
import { settingsEn } from "../../web/src/i18n/settings.en";
import { screenshot, sharedBrowser, visit } from "./support/browser";
import { analyst, Desk } from "./support/desk";
import { tabTo } from "./support/keyboard";
import { overflow, timeForLooks } from "./support/looks";

let desk: Desk;
let browser: Browser;

beforeAll(async () => {
  [desk, browser] = await Promise.all([Desk.open(), sharedBrowser()]);
});
afterAll(async () => {
  await desk?.close();
});

const languages = [
  { locale: "en-GB", shell: { ...en, ...settingsEn }, charts: chartsEn, chat: chatEn },
  { locale: "de-DE", shell: { ...de, ...settingsDe }, charts: chartsDe, chat: chatDe },
];
const windows = [
  { width: 1440, height: 900 },
  { width: 360, height: 800 },
];
/** Usually each language in one of the windows, which takes half the time; KONTOR_WALK=all walks all four ways. */
const walked = (locale: string) =>
  windows.filter(({ width }) => process.env["KONTOR_WALK"] === "all" || (locale === "de-DE") === width < 1000);

describe.each(languages)("in $locale", ({ locale, shell, charts, chat }) => {
  it.each(walked(locale))(
    "from nothing to an answer and a chart, $width pixels wide",
    async (viewport) => {
      const { page, end } = await visit(browser, desk.server.url, { locale, viewport });
      const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
      const lang = locale.slice(0, 2);
      let step = 0;
      /** As it is seen by day and by night. */
      const look = async (name: string) => {
        step += 1;
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await screenshot(
            page,
            `walk-${lang}-${viewport.width}-${String(step).padStart(2, "0")}-${name}-${colorScheme}`,
          );
          expect(await overflow(page), `${name}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
        }
      };
      const conversations = viewport.width < 544 ? shell.app.chatShort : shell.app.chat;
      const press = async (name: string | RegExp, key: "Tab" | "Shift+Tab" = "Tab") => {
        await tabTo(page, name, key);
        await page.keyboard.press("Enter");
      };
      const menu = async (item: string) => {
        await tabTo(page, new RegExp(`^${shell.app.menu}`), "Shift+Tab");
        await page.keyboard.press("Enter");
        await page.getByRole("menu").waitFor();
        await page.keyboard.type(item.slice(0, 4));
        await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(item);
        await look("menu");
        await page.keyboard.press("Enter");
      };

      await page.goto("/");
      await heading(shell.login.title).waitFor();
      await look("login");
      await press(shell.login.register);
      await heading(shell.register.title).waitFor();
      await page.getByRole("textbox", { name: shell.fields.email }).waitFor();
      await look("register");
      await tabTo(page, shell.fields.email);
      await page.keyboard.type(`walk-${lang}-${viewport.width}@example.com`);
      await tabTo(page, shell.fields.password);
      await page.keyboard.type("short");
      await page.keyboard.press("Enter");
      await page.locator("[aria-invalid=true]").waitFor();
      await look("register-refused");
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("a first hour by the sea");
      await page.keyboard.press("Enter");
      await heading(shell.register.title).waitFor({ state: "detached" });
      await page.getByRole("button", { name: new RegExp(`^${shell.app.menu}`) }).waitFor();
      await look("first-page");

      await menu(shell.settings.menuItem);
      await heading(shell.exchange.title).waitFor();
      await look("exchange");
      await press(shell.settings.nav.llm);
      await heading(shell.llm.title).waitFor();
      await page.getByRole("combobox", { name: shell.llm.provider }).waitFor();
      await look("model");
      await tabTo(page, shell.llm.provider);
      await page.keyboard.type("OpenAI");
      await look("model-chosen");
      await tabTo(page, shell.llm.baseUrl);
      await page.keyboard.type(`${desk.models.origin}/v1`);
      await tabTo(page, shell.llm.apiKey);
      await page.keyboard.type(desk.models.key);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: shell.settings.test }).waitFor();
      await look("model-saved");
      await press(shell.settings.test, "Shift+Tab");
      await page.getByRole("combobox", { name: shell.llm.choose }).waitFor();
      await look("model-tested");
      await tabTo(page, shell.llm.choose);
      await page.keyboard.type("gpt-small");
      await tabTo(page, shell.settings.save);
      await look("model-picked");
      await page.keyboard.press("Enter");
      await page.getByText(shell.llm.tested).waitFor();
      await look("model-ready");

      desk.models.script = analyst();
      await press(conversations, "Shift+Tab");
      await heading(chat.list.title).waitFor();
      await look("conversations");
      await press(chat.list.new);
      const field = page.getByRole("textbox", { name: chat.composer.field });
      const hasField = async () => {
        await page.waitForURL(/\/chat\/new$/);
        await expect.poll(() => field.evaluate((each) => each === document.activeElement)).toBe(true);
      };
      await hasField();
      await look("new-conversation");
      await page.keyboard.type("What moves the price of gold?");
      await page.keyboard.press("Enter");
      await page.locator("article .markdown").waitFor();
      await page.getByRole("button", { name: chat.composer.send }).waitFor();
      await look("answer");

      await press(shell.app.charts, "Shift+Tab");
      await heading(charts.list.title).waitFor();
      await page.getByText(charts.list.empty).waitFor();
      await look("charts-empty");
      await press(charts.list.new);
      await page.getByRole("combobox", { name: charts.search.label }).waitFor();
      await page.locator(".symbol-row").first().waitFor();
      await look("symbol");
      await page.keyboard.type("btcusdt");
      await page.keyboard.press("Enter");
      await heading("BTCUSDT 1H").waitFor();
      await page.locator('.chart-state[data-state="live"]').waitFor();
      await look("chart");
      await press(charts.view.addIndicator);
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type(charts.kind.rsi.long.slice(0, 9));
      await look("indicator");
      await press(charts.indicator.save);
      await expect.poll(() => page.locator(".chart-legend-indicator").textContent()).toMatch(/RSI 14 \d/);
      await look("chart-with-indicator");

      await press(conversations, "Shift+Tab");
      await heading(chat.list.title).waitFor();
      await press(chat.list.new);
      await hasField();
      await page.keyboard.type("RSI of BTCUSDT 4H, and chart it");
      await page.keyboard.press("Enter");
      await page.locator(".chart-card").waitFor();
      await page.locator("article .markdown", { hasText: /RSI\(14\) of BTCUSDT on 4H was \d/ }).waitFor();
      await page.getByRole("button", { name: chat.composer.send }).waitFor();
      await look("chart-by-model");
      await press(chat.tool.beside, "Shift+Tab");
      await page.locator('.chart-beside .chart-state[data-state="live"]').waitFor();
      await look("chart-beside");
      await press(shell.app.charts, "Shift+Tab");
      await page.getByText(charts.list.byModel).waitFor();
      await look("charts");
      await end();
    },
    timeForLooks,
  );
});
