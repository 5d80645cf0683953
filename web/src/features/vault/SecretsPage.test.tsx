// @vitest-environment jsdom
import { act } from "react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Secret } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { settleProof, useStepUp } from "@/features/account/stepUp";
import { i18n } from "@/i18n";
import { type Answers, ok, problem, TestPage } from "@/testing/page";
import { SecretsPage } from "./SecretsPage";

const secret = (change: Partial<Secret> = {}): Secret => ({
  name: "ledger",
  version: 3,
  readable: true,
  last_four: "x7_Q",
  updated_at: "2026-02-01T12:00:00Z",
  ...change,
});

let page: TestPage;
let secrets: Secret[] = [];
const open = async (answers: Answers = {}) => {
  page = await TestPage.open(<SecretsPage />, { "GET /secrets": () => ok({ secrets }), ...answers });
};

beforeAll(() => i18n.changeLanguage("en"));
beforeEach(() => {
  secrets = [secret()];
});
afterEach(async () => {
  vi.useRealTimers();
  await page.close();
});

it("an empty vault says what will be in it", async () => {
  secrets = [];
  await open();
  expect(page.text).toContain("Your vault is empty");
});

it("a value is shown for half a minute, and is nowhere else", async () => {
  vi.useFakeTimers();
  await open({ "POST /secrets/ledger/reveal": ok({ name: "ledger", version: 3, value: "first line\nsecond" }) });
  expect(page.text).toContain("ends in x7_Q");
  await page.press("Show: ledger");
  expect(page.bodies("POST /secrets/ledger/reveal")).toEqual([{ version: 3 }]);
  expect(document.querySelector("pre")?.textContent).toBe("first line\nsecond");
  expect(
    JSON.stringify(
      queryClient
        .getQueryCache()
        .getAll()
        .map(({ state }) => state),
    ),
  ).not.toContain("second");
  await act(async () => vi.advanceTimersByTime(29_000));
  expect(page.text).toContain("Hidden again in 1 second.");
  await act(async () => vi.advanceTimersByTime(1_500));
  expect(document.querySelector("pre")).toBeNull();
  expect(document.body.innerHTML).not.toContain("first line");
  expect(document.activeElement).toBe(page.button("Show: ledger"));

  await page.press("Show: ledger");
  expect(document.querySelector("pre")).not.toBeNull();
  await page.press("Hide");
  expect(document.querySelector("pre")).toBeNull();
});

it("showing a value asks for a proof first, and shows nothing without one", async () => {
  await open({ "POST /secrets/ledger/reveal": problem("step-up-required", 403) });
  await page.press("Show: ledger");
  expect(useStepUp.getState().asked).toBe(true);
  await act(async () => settleProof(false));
  await page.settle();
  expect(page.text).toContain("it was not confirmed that it is you");
  expect(document.querySelector("pre")).toBeNull();

  await page.press("Show: ledger");
  page.answer({ "POST /secrets/ledger/reveal": ok({ name: "ledger", version: 3, value: "after a proof" }) });
  expect(document.querySelector("pre")).toBeNull();
  await act(async () => settleProof(true));
  await page.settle();
  expect(document.querySelector("pre")?.textContent).toBe("after a proof");
});

it("what was deleted can be had back at once, or later", async () => {
  await open({
    "DELETE /secrets/ledger": () => {
      secrets = [secret({ deleted_at: "2026-02-02T12:00:00Z" })];
      return { status: 204 };
    },
    "POST /secrets/ledger/undelete": () => {
      secrets = [secret()];
      return ok(secrets[0]);
    },
  });
  await page.press("Delete: ledger");
  expect(page.text).toContain("Deleted: ledger.");
  expect(page.has("Show: ledger")).toBe(false);
  await page.press("Undo");
  expect(page.text).toContain("ledger is back.");
  expect(page.has("Show: ledger")).toBe(true);
  await page.press("Delete: ledger");
  await page.press("Bring back: ledger");
  expect(page.has("Delete: ledger")).toBe(true);
});

it("a new one never replaces another, whoever made that", async () => {
  await open({ "POST /secrets": problem("version-changed", 412) });
  await page.press("New secret");
  await page.fill("Name", "ledger");
  await page.fill("Value", "x");
  await page.press("Save");
  expect(page.errorOf("Name")).toContain("already");
  expect(page.bodies("POST /secrets")).toEqual([]);
  await page.fill("Name", "made-elsewhere-meanwhile");
  await page.press("Save");
  expect(page.bodies("POST /secrets")).toEqual([{ name: "made-elsewhere-meanwhile", value: "x", expected_version: 0 }]);
  expect(page.text).toContain("changed somewhere else in the meantime");
  expect(page.field("Value").value).toBe("x");
});

it("another value over a version that is no longer the present one is told, and saved when pressed again", async () => {
  await open({
    "POST /secrets": () => {
      secrets = [secret({ version: 5 })];
      return problem("version-changed", 412);
    },
  });
  await page.press("Replace: ledger");
  await page.fill("Value", "line\nline ");
  await page.press("Save");
  expect(page.text).toContain("version 5 is there now");
  expect(page.field("Value").value).toBe("line\nline ");
  page.answer({ "POST /secrets": ok(secret({ version: 6 })) });
  await page.press("Save");
  expect(page.bodies("POST /secrets")).toEqual([
    { name: "ledger", value: "line\nline ", expected_version: 3 },
    { name: "ledger", value: "line\nline ", expected_version: 5 },
  ]);
  expect(page.text).toContain("Saved: ledger.");
});

it("what cannot be read says so, and is overwritten only on purpose", async () => {
  secrets = [secret({ readable: false }), secret({ name: "other" })];
  await open({ "POST /secrets": ok(secret({ version: 4 })) });
  expect(document.querySelector(".badge[data-tone=error]")?.textContent).toBe("Cannot be read");
  expect(page.has("Show: ledger")).toBe(false);
  await page.press("Replace: ledger");
  expect(page.text).toContain("Saving puts the new value in its place for good.");
  await page.fill("Value", "x");
  await page.press("Save");
  expect(page.bodies("POST /secrets")).toEqual([{ name: "ledger", value: "x", replace_unreadable: true }]);
});

it("when nothing can be read, the whole vault can be begun anew, after a question", async () => {
  secrets = [secret({ readable: false })];
  await open({
    "DELETE /secrets": () => {
      secrets = [];
      return { status: 204 };
    },
  });
  await page.press("Delete all secrets");
  expect(page.text).toContain("nobody can bring them back");
  await page.press("Delete for good");
  expect(page.text).toContain("All secrets are deleted.");
});

it("what is not saved is not left behind by a link without a question", async () => {
  secrets = [secret({ name: "bitget_api_key" })];
  await open();
  await page.press("New secret");
  await page.fill("Value", "not saved yet");
  await page.follow("Exchange");
  expect(page.text).toContain("Leave without saving?");
  await page.press("Stay here");
  expect(page.field("Value").value).toBe("not saved yet");
  await page.follow("Exchange");
  await page.press("Leave");
  expect(page.text).toContain("Somewhere else");
});

it("a vault with another key says what to do next", async () => {
  page = await TestPage.open(<SecretsPage />, { "GET /secrets": problem("vault-key-wrong", 503) });
  expect(page.text).toContain("kontor vault recover");
});
