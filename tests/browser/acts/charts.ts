/** Charts, alone and in grids. */
import { expect } from "vitest";
import { choose, confirmed, fetched, goTo, pick, press, says, shown, type } from "../support/acts";
import { type Rows } from "./row";

const chart = { market: "spot", symbol: "BTCUSDT", interval: "1H", days: 7 };

export const chartsRows: Rows = {
  ChartsPage: {
    path: "/charts",
    title: "Charts",
    given: async (_page, person, desk) => void (await desk.send(person, "/charts", chart)),
    act: async (page) => {
      await page.getByRole("link", { name: "BTCUSDT 1H" }).waitFor();
      await press(page, "Duplicate BTCUSDT 1H");
      await expect.poll(() => page.locator(".chart-rows li").count()).toBe(2);
      await confirmed(page, "Delete BTCUSDT 1H", "Delete");
      await press(page, "New grid");
      await type(page, "Symbol", "ethusdt");
      await press(page, "Make the grid");
      await shown(page, "ETHUSDT");

      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await press(page, "New grid");
      await goTo(page, "One symbol in several intervals");
      await page.keyboard.press("ArrowDown");
      await type(page, "Name", "Metals");
      await goTo(page, "BTCUSDT 1H");
      await page.keyboard.press("Space");
      await goTo(page, "ETHUSDT 1H");
      await page.keyboard.press("Space");
      await goTo(page, "Same time and crosshair in all");
      await page.keyboard.press("Space");
      await press(page, "Make the grid");
      await shown(page, "Metals");
      await expect.poll(() => page.locator(".chart-view").count()).toBe(2);

      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await type(page, "Show only this symbol", "btcusdt");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.getByRole("list", { name: "Charts" }).getByRole("listitem").count()).toBe(1);
      await confirmed(page, "Delete Metals", "Delete");
      await page.getByRole("link", { name: "Metals", exact: true }).waitFor({ state: "detached" });
    },
  },
  ChartPage: {
    path: "/charts",
    title: "BTCUSDT 1H",
    given: async (_page, person, desk) => `/charts/${(await desk.send<{ id: string }>(person, "/charts", chart)).id}`,
    act: async (page) => {
      const menu = "More about this chart";
      await page.locator('.chart-state[data-state="live"]').waitFor();
      await fetched(page, menu, "Save as picture (PNG)", /^BTCUSDT-1H-.*\.png$/);
      await fetched(page, menu, "Save as table (CSV)", /^BTCUSDT-1H-.*\.csv$/);
      await press(page, menu);
      await choose(page, "Keyboard shortcuts");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      const first = page.url();
      await press(page, menu);
      await choose(page, "Duplicate");
      await page.waitForURL((url) => url.href !== first);
      await press(page, menu);
      await choose(page, "Name, theme, range");
      await type(page, "Name", "Gold of the sea");
      await page.keyboard.press("Enter");
      await shown(page, "Gold of the sea");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await press(page, menu);
      await choose(page, "Delete");
      await page.getByRole("alertdialog").waitFor();
      await press(page, "Delete");
      await shown(page, "Charts");
      await press(page, "BTCUSDT 1H");
      await shown(page, "BTCUSDT 1H");
      await press(page, "Table");
      await page.getByRole("table").waitFor();
      await press(page, "Ask about this chart");
      await page.getByRole("textbox", { name: "Your message" }).waitFor();
    },
  },
  LayoutPage: {
    path: "/charts",
    title: "ETHUSDT",
    given: async (_page, person, desk) => {
      const grid = { symbol: "ETHUSDT", intervals: ["15m", "1H"] };
      const made = await desk.send<{ id: string }>(person, "/charts/multi-timeframe", grid);
      return `/charts/layouts/${made.id}`;
    },
    act: async (page) => {
      const charts = page.locator(".chart-view");
      const of = (symbol: string) => page.getByRole("button", { name: `Symbol: ${symbol}. Choose another one` });
      const toggle = async (name: string, isOn: boolean) => {
        await goTo(page, name);
        await page.keyboard.press("Space");
        await expect.poll(() => page.getByRole("checkbox", { name }).isChecked()).toBe(isOn);
      };
      await expect.poll(() => page.locator('.chart-state[data-state="live"]').count()).toBe(2);

      // Each for itself, and all together.
      await toggle("Same symbol in all", false);
      await pick(page, /^Symbol: ETHUSDT/, "solusdt");
      await of("SOLUSDT").waitFor();
      expect(await of("ETHUSDT").count()).toBe(1);
      await toggle("Same symbol in all", true);
      await pick(page, /^Symbol: SOLUSDT/, "xrpusdt");
      await expect.poll(() => of("XRPUSDT").count()).toBe(2);

      // The crosshair of one leads that of the other as long as they are linked.
      await expect.poll(() => page.locator('.chart-state[data-state="live"]').count()).toBe(2);
      const times = () => page.locator('.chart-view [data-value="time"]').allTextContents();
      const [, before] = await times();
      await goTo(page, /^Chart of XRPUSDT/);
      for (let step = 0; step < 12; step += 1) await page.keyboard.press("Shift+ArrowLeft");
      await expect.poll(async () => (await times())[1]).not.toBe(before);
      await toggle("Same time and crosshair in all", false);
      const [own, other] = await times();
      await goTo(page, /^Chart of XRPUSDT/);
      await page.keyboard.press("Home");
      await expect.poll(async () => (await times())[0]).not.toBe(own);
      expect((await times())[1]).toBe(other);

      // What one of them shows: past the rest of the first the second comes, and then the first again.
      await goTo(page, /^Interval/);
      await page.keyboard.press("End");
      await charts.nth(1).getByRole("application", { name: "Chart of XRPUSDT 1M" }).waitFor();
      const star = page.getByRole("button", { name: "Add XRPUSDT to the favourites" });
      await press(page, "Add XRPUSDT to the favourites");
      await expect.poll(() => star.first().getAttribute("aria-pressed")).toBe("true");
      await press(page, /Add indicator$/);
      await page.getByRole("dialog").waitFor();
      await press(page, "Apply");
      await charts.first().locator(".chart-legend-indicator").waitFor();
      await press(page, "In words");
      await page.getByRole("button", { name: "In words", pressed: true }).waitFor();

      // More places, filled and emptied again.
      await goTo(page, "Places");
      await page.keyboard.press("End");
      await expect.poll(() => page.getByText("This place is empty.").count()).toBe(2);
      await pick(page, "Put a chart here", "btcusdt");
      await of("BTCUSDT").waitFor();
      expect(await page.getByText("This place is empty.").count()).toBe(1);
      await press(page, "Take BTCUSDT 1H out of the grid");
      await expect.poll(() => page.getByText("This place is empty.").count()).toBe(2);
      await goTo(page, "Places");
      await page.keyboard.press("Home");
      await expect.poll(() => charts.count()).toBe(1);
      await press(page, "Open alone: XRPUSDT 15m");
      await shown(page, "XRPUSDT 15m");
      await press(page, /^‹ Charts$/);
      await shown(page, "Charts");
      await press(page, "ETHUSDT");
      await shown(page, "ETHUSDT");
      await confirmed(page, "Delete the grid", "Delete");
      await shown(page, "Charts");
      await says(page, /^A grid shows up to four charts/);
    },
  },
};
