// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Preferences } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { useTheme } from "@/app/theme";
import { i18n } from "@/i18n";
import { ok, TestPage } from "@/testing/page";
import { PreferencesPage } from "./PreferencesPage";
import { settingsKeys } from "./queries";

const stored: Preferences = { language: "system", theme: "system", time_zone: "Europe/Berlin" };

let page: TestPage;
beforeEach(async () => {
  await i18n.changeLanguage("en");
  useTheme.getState().setTheme("system");
  page = await TestPage.open(<PreferencesPage />, { "GET /settings/preferences": ok(stored) });
});
afterEach(() => page.close());

it("begins with what is stored, and holds at once when it is saved", async () => {
  expect(page.field("Time zone").value).toBe("Europe/Berlin");
  page.answer({ "PATCH /settings/preferences": ok({ ...stored, language: "de", theme: "dark" }) });
  await page.fill("Language", "de");
  await page.fill("Theme", "dark");
  await page.press("Save");
  expect(page.bodies("PATCH /settings/preferences")).toEqual([{ ...stored, language: "de", theme: "dark" }]);
  // The German texts are fetched first.
  await expect.poll(() => page.text).toContain("Deine Vorlieben sind gespeichert.");
  expect(useTheme.getState().theme).toBe("dark");
});

it("follows what was chosen below the page, but not over what is being changed", async () => {
  queryClient.setQueryData(settingsKeys.preferences, { ...stored, theme: "light" } satisfies Preferences);
  await page.settle();
  expect(page.field("Theme").value).toBe("light");
  await page.fill("Time zone", "Asia/Tokyo");
  queryClient.setQueryData(settingsKeys.preferences, { ...stored, theme: "dark" } satisfies Preferences);
  await page.settle();
  expect(page.field("Time zone").value).toBe("Asia/Tokyo");
});
