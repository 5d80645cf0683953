// @vitest-environment jsdom
import { afterEach, beforeAll, expect, it } from "vitest";
import type { ExchangeReply, ExchangeSettings } from "@/api/types";
import { i18n } from "@/i18n";
import { type Answers, ok, problem, TestPage } from "@/testing/page";
import { ExchangePage } from "./ExchangePage";

const nothing: ExchangeSettings = {
  configured: false,
  provider: "bitget",
  api_key_masked: null,
  permissions: [],
  addresses: [],
  warnings: [],
};
const stored: ExchangeSettings = {
  ...nothing,
  configured: true,
  api_key_masked: "bg_0****x7_Q",
  state: "verified",
  permissions: ["read", "trade"],
  warnings: ["may_trade", "no_address_binding"],
  host: "https://api.bitget.com",
  verified_at: "2026-02-01T12:00:00Z",
  last_changed_at: "2026-02-01T12:00:00Z",
};
const reply = (status: ExchangeReply["status"], valid: boolean, words: string, exchange: ExchangeSettings) =>
  ok({ status, message: words, validation: { valid, message: words }, exchange } satisfies ExchangeReply);

let page: TestPage;
const open = async (settings: ExchangeSettings, answers: Answers = {}) => {
  page = await TestPage.open(<ExchangePage />, { "GET /settings/exchange": ok(settings), ...answers });
};
const fillIn = async () => {
  await page.fill("API key", " bg_key ");
  await page.fill("API secret", "the-secret");
  await page.fill("Passphrase", "the-phrase");
};

beforeAll(() => i18n.changeLanguage("en"));
afterEach(() => page.close());

it("3Commas: a key is typed hidden and saved, and what it may do beyond reading is warned of", async () => {
  await open(nothing, { "POST /settings/exchange": reply("warning", true, "", stored) });
  for (const label of ["API key", "API secret", "Passphrase"]) {
    expect(page.field(label).type).toBe("password");
    expect(page.field(label).autocomplete).toBe("off");
    expect(page.field(label).value).toBe("");
  }
  await fillIn();
  await page.press("Save");
  expect(page.bodies("POST /settings/exchange")).toEqual([
    { api_key: "bg_key", api_secret: "the-secret", passphrase: "the-phrase" },
  ]);
  expect(page.text).toContain("The exchange accepts the key; it is saved.");
  expect(page.text).toContain("bg_0****x7_Q");
  expect(page.text).toContain("May trade");
  expect(page.text).toContain("Bound to no address");
  expect(document.body.innerHTML).not.toContain("the-secret");
  // Whoever replaces it begins with nothing.
  await page.press("Replace the key");
  expect(page.field("API secret").value).toBe("");
});

it("a refusal says what the exchange said, and keeps what was typed", async () => {
  const words = "apikey/password is incorrect";
  await open(nothing, { "POST /settings/exchange": reply("error", false, words, nothing) });
  await fillIn();
  await page.press("Save");
  expect(document.querySelector("blockquote")?.textContent).toBe(words);
  expect(page.text).toContain("Nothing was saved.");
  expect(page.field("Passphrase").value).toBe("the-phrase");
  expect(document.activeElement?.textContent).toContain(words);
});

it("a key that may withdraw is saved only for those who insist, and only that key", async () => {
  await open(nothing, { "POST /settings/exchange": problem("key-may-withdraw", 409) });
  await fillIn();
  await page.press("Save");
  expect(document.activeElement?.textContent).toContain("This key may withdraw");
  // Pressed once more without the tick, nothing is sent.
  await page.press("Save");
  expect(page.bodies("POST /settings/exchange")).toHaveLength(1);
  expect(page.text).toContain("say that you want this one anyway");
  await page.tick("Save it anyway");
  await page.fill("API key", "another-key");
  expect(page.text).not.toContain("Save it anyway");
  await page.press("Save");
  expect(page.bodies("POST /settings/exchange")[1]).not.toHaveProperty("accept_withdraw");
  await page.tick("Save it anyway");
  page.answer({ "POST /settings/exchange": reply("warning", true, "", stored) });
  await page.press("Save");
  expect(page.bodies("POST /settings/exchange")[2]).toMatchObject({ api_key: "another-key", accept_withdraw: true });
});

it("an exchange that does not answer leaves the key saved, but not verified", async () => {
  const unknown = { ...stored, state: "not_verified", permissions: [], warnings: [] } satisfies ExchangeSettings;
  await open(nothing, { "POST /settings/exchange": reply("warning", false, "No answer in 10 s.", unknown) });
  await fillIn();
  await page.press("Save");
  expect(page.text).toContain("Saved, but not verified");
  expect(document.querySelector("blockquote")?.textContent).toBe("No answer in 10 s.");
  expect(document.querySelector(".badge")?.textContent).toBe("Not verified");
});

it("a test says how it went, and a key that is refused from then on is shown as that", async () => {
  const words = "Invalid ACCESS_KEY";
  const refused = { ...stored, state: "invalid", message: words } satisfies ExchangeSettings;
  await open(stored, { "POST /settings/exchange/test": reply("error", false, words, refused) });
  await page.press("Test connection");
  expect(page.text).toContain("The exchange refuses the stored key.");
  expect([...document.querySelectorAll("blockquote")].map(({ textContent }) => textContent)).toEqual([words, words]);
  expect([...document.querySelectorAll(".badge[data-tone=error]")].map(({ textContent }) => textContent)).toEqual([
    "Refused",
  ]);
});

it("what cannot be read is not asked about, and is replaced only by what somebody enters, or removed", async () => {
  await open({ ...stored, state: "unreadable" }, { "POST /settings/exchange": reply("warning", true, "", stored) });
  expect(document.querySelector(".badge[data-tone=error]")?.textContent).toBe("Cannot be read");
  expect(page.text).toContain("Enter the key again, or remove it.");
  expect(page.has("Test connection")).toBe(false);
  expect(page.has("Remove")).toBe(true);
  await page.press("Replace the key");
  expect(page.text).toContain("Saving puts the new key in its place.");
  await fillIn();
  await page.press("Save");
  expect(page.bodies("POST /settings/exchange")).toMatchObject([{ api_key: "bg_key", replace_unreadable: true }]);
  expect(page.text).toContain("The exchange accepts the key; it is saved.");
  expect(page.text).not.toContain("Cannot be read");
});

it("what turns out to be unreadable is replaced only for those who press the button", async () => {
  await open(nothing, { "POST /settings/exchange": problem("secret-unreadable", 409) });
  await fillIn();
  await page.press("Save");
  expect(document.activeElement?.textContent).toContain("What is stored cannot be read");
  expect(page.text).toContain("Nothing was saved");
  await page.press("Save");
  expect(page.has("Replace it")).toBe(true);
  for (const body of page.bodies("POST /settings/exchange")) expect(body).not.toHaveProperty("replace_unreadable");
  // When that does not help either, all of the secrets are unreadable.
  await page.press("Replace it");
  expect(page.has("Replace it")).toBe(false);
  expect(page.text).toContain("under “Secrets” it can be replaced or deleted");
  page.answer({ "POST /settings/exchange": problem("secret-unreadable", 409) });
  await page.press("Save");
  page.answer({ "POST /settings/exchange": reply("warning", true, "", stored) });
  await page.press("Replace it");
  expect(page.bodies("POST /settings/exchange").at(-1)).toMatchObject({ api_key: "bg_key", replace_unreadable: true });
  expect(page.text).toContain("The exchange accepts the key; it is saved.");
});

it("is removed after a question", async () => {
  await open(stored, {
    "DELETE /settings/exchange": ok({ status: "success", message: "", validation: null, exchange: nothing }),
  });
  await page.press("Remove");
  expect(page.text).toContain("At the exchange it stays valid until you delete it there.");
  await page.press("Remove");
  expect(page.text).toContain("No key is stored yet.");
});

it("a vault without its key says what to do next", async () => {
  page = await TestPage.open(<ExchangePage />, {
    "GET /settings/exchange": problem("vault-key-missing", 503, { detail: "The key 3f2a is needed." }),
  });
  expect(page.text).toContain("VAULT_KEY_FILE");
  expect(page.text).toContain("The key 3f2a is needed.");
});
