// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AdminPolicy } from "@/api/types";
import { i18n } from "@/i18n";
import { ok, TestPage } from "@/testing/page";
import { PolicyPage } from "./PolicyPage";
import "./texts";

const stored: AdminPolicy = {
  registration: { value: "open", default: "open", overridden: false },
  allowed_emails: { value: [], default: [], overridden: false },
  password_min_length: { value: 8, default: 8, overridden: false },
  second_factor_for: { value: "nobody", default: "nobody", overridden: false },
  runs_at_once: { value: 4, default: 4, overridden: false },
  tokens_per_day: { value: 50_000, default: 50_000, overridden: false },
};
const decided: AdminPolicy = {
  ...stored,
  runs_at_once: { value: 1, default: 4, overridden: true },
  tokens_per_day: { value: 0, default: 50_000, overridden: true },
};

let page: TestPage;
const open = async () => {
  page = await TestPage.open(<PolicyPage />, { "GET /admin/policy": ok(stored) });
};
beforeEach(async () => {
  await i18n.changeLanguage("en");
});
afterEach(() => page.close());

it("sets the limits of an account, and takes them back to what the desk was started with", async () => {
  await open();
  expect(page.field("Answers at a time").value).toBe("4");
  expect(page.field("Tokens a day").value).toBe("50000");
  expect(page.text).toContain("0 means no limit.");
  page.answer({ "PATCH /admin/policy": ok(decided) });
  await page.fill("Answers at a time", "1");
  await page.fill("Tokens a day", "0");
  await page.press("Save the rules");
  expect(page.bodies("PATCH /admin/policy")).toEqual([{ runs_at_once: 1, tokens_per_day: 0 }]);
  expect(page.text).toContain("The rules are saved.");

  page.answer({ "PATCH /admin/policy": ok(stored) });
  await page.press("Back to the default (4 answers)");
  await page.press("Back to the default (50,000 tokens)");
  expect(page.field("Tokens a day").value).toBe("50000");
  await page.press("Save the rules");
  expect(page.bodies("PATCH /admin/policy")[1]).toEqual({ runs_at_once: null, tokens_per_day: null });
});

it("says what is wrong with a limit, and sends nothing", async () => {
  await open();
  await page.fill("Answers at a time", "101");
  await page.fill("Tokens a day", "many");
  await page.press("Save the rules");
  expect(page.text).toContain("Please enter a whole number from 1 to 100.");
  expect(page.text).toContain("Please enter a whole number up to one trillion, or 0 for no limit.");
  expect(page.field("Answers at a time")).toBe(document.activeElement);
  expect(page.bodies("PATCH /admin/policy")).toEqual([]);
});

it("speaks German, and calls a default without a limit by its name", async () => {
  await i18n.changeLanguage("de");
  page = await TestPage.open(<PolicyPage />, {
    "GET /admin/policy": ok({ ...stored, tokens_per_day: { value: 1000, default: 0, overridden: true } }),
  });
  expect(page.field("Antworten auf einmal").value).toBe("4");
  expect(page.field("Token am Tag").value).toBe("1000");
  await page.press("Zurück zum Standard (keine Grenze)");
  expect(page.field("Token am Tag").value).toBe("0");
});
