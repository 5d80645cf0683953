// @vitest-environment jsdom
import { afterEach, beforeAll, expect, it } from "vitest";
import type { LlmReply, LlmSettings } from "@/api/types";
import { i18n } from "@/i18n";
import { type Answers, ok, problem, TestPage } from "@/testing/page";
import { LlmPage } from "./LlmPage";

const stored: LlmSettings = {
  configured: true,
  provider: "openai",
  model: "desk-small",
  base_url: "https://llm.example.com/v1",
  endpoint: null,
  azure_configured: false,
  endpoint_masked: null,
  api_version: null,
  api_version_auto: true,
  api_key_masked: "****x7_Q",
  state: "not_verified",
  host: "https://llm.example.com",
  last_changed_at: "2026-02-01T12:00:00Z",
};
const reply = (llm: LlmSettings, change: Partial<LlmReply> = {}) =>
  ok({ status: "success", message: "", validation: null, llm, ...change } satisfies LlmReply);

let page: TestPage;
const open = async (answers: Answers = {}) => {
  page = await TestPage.open(<LlmPage />, { "GET /settings/llm": ok(stored), ...answers });
};

beforeAll(() => i18n.changeLanguage("en"));
afterEach(() => page.close());

it("another address asks for the key again; the stored one is never filled in", async () => {
  await open();
  expect(page.field("API key").value).toBe("");
  expect(page.text).toContain("Stored: ****x7_Q. Leave it empty to keep that one.");
  await page.fill("Address", "https://llm.example.org/v1");
  expect(page.text).toContain("belongs to https://llm.example.com and is not sent to another address");
  await page.press("Save");
  expect(page.errorOf("API key")).toBe("Please enter the key of this address.");
  expect(page.bodies("POST /settings/llm")).toEqual([]);

  const moved = { ...stored, base_url: "https://llm.example.org/v1", last_changed_at: "2026-02-02T12:00:00Z" };
  page.answer({ "POST /settings/llm": reply(moved) });
  await page.fill("API key", "a new key");
  await page.press("Save");
  expect(page.bodies("POST /settings/llm")).toEqual([
    { provider: "openai", model: "desk-small", base_url: "https://llm.example.org/v1", api_key: "a new key" },
  ]);
  expect(page.field("API key").value).toBe("");
  expect(page.field("Address").value).toBe("https://llm.example.org/v1");
  expect(page.has("Discard changes")).toBe(false);
});

it("shows only the fields that a provider needs, and keeps what was typed for another", async () => {
  await open();
  await page.fill("Provider", "azure");
  await page.fill("Endpoint", "https://desk.openai.azure.com");
  expect(() => page.field("Address")).toThrow();
  expect(page.field("API version").value).toBe("");
  await page.fill("Provider", "ollama");
  expect(() => page.field("API version")).toThrow();
  expect(page.field("Address").value).toBe("https://llm.example.com/v1");
  await page.fill("Provider", "azure");
  expect(page.field("Endpoint").value).toBe("https://desk.openai.azure.com");
  await page.press("Discard changes");
  expect(page.field("Provider").value).toBe("openai");
});

it("a test lists the models, of which one is chosen and saved", async () => {
  const verified = { ...stored, state: "verified", verified_at: "2026-02-01T13:00:00Z" } satisfies LlmSettings;
  await open({
    "POST /settings/llm/test": reply(verified, {
      status: "warning",
      validation: { valid: true, message: "" },
      models: ["desk-large", "desk-large", "desk-huge"],
    }),
    "POST /settings/llm": reply({ ...stored, model: "desk-large", last_changed_at: "2026-02-02T12:00:00Z" }),
  });
  await page.press("Test connection");
  expect(page.text).toContain("“desk-small” is not among the models there. There are 2 models.");
  await page.fill("Models at this server", "desk-large");
  expect(page.field("Model").value).toBe("desk-large");
  expect(page.text).toContain("your changes are not saved yet");
  await page.press("Save");
  expect(page.bodies("POST /settings/llm")).toEqual([
    { provider: "openai", model: "desk-large", base_url: "https://llm.example.com/v1" },
  ]);
});

it("after a test the page says what comes next: to choose a model, or to ask a question", async () => {
  const nameless = { ...stored, model: null };
  const works = { validation: { valid: true, message: "" }, models: ["desk-large", "desk-huge"] };
  await open({
    "GET /settings/llm": ok(nameless),
    "POST /settings/llm/test": reply(nameless, works),
    "POST /settings/llm": reply({ ...stored, model: "desk-large", last_changed_at: "2026-02-02T12:00:00Z" }),
  });
  await page.press("Test connection");
  expect(page.text).toContain("There are 2 models. Choose one of them, and save.");
  expect(page.text).not.toContain("Ask a question");
  await page.press("Go to the choice");
  expect(document.activeElement).toBe(page.field("Models at this server"));
  await page.fill("Models at this server", "desk-large");
  const chosen = { ...stored, model: "desk-large", last_changed_at: "2026-02-02T12:00:00Z" };
  page.answer({ "POST /settings/llm/test": reply({ ...chosen, state: "verified" }, works) });
  await page.press("Save");
  // It is tested at once; nobody is told to begin again.
  expect(document.querySelector(".notice p")?.textContent).toBe("Saved. The connection works.");
  expect(page.text).not.toContain("Choose one of them");
  expect(page.text).not.toContain("Test the connection to see whether it works");
  expect(page.field("Models at this server").value).toBe("desk-large");
  expect(document.querySelector('.notice a[href="/chat/new"]')?.textContent).toBe("Ask a question");
});

it("a test shows the provider's own error", async () => {
  const words = "Incorrect API key provided.";
  await open({
    "POST /settings/llm/test": reply(
      { ...stored, state: "invalid" },
      { status: "error", message: words, validation: { valid: false, message: words } },
    ),
  });
  await page.press("Test connection");
  expect(page.text).toContain("The provider refuses.");
  expect(document.querySelector("blockquote")?.textContent).toBe(words);
});

it("a key that cannot be read is asked for anew, and not asked about", async () => {
  await open({ "GET /settings/llm": ok({ ...stored, state: "unreadable" }) });
  expect(page.has("Test connection")).toBe(false);
  expect(page.text).toContain("The one you enter takes its place.");
  await page.fill("Model", "desk-large");
  await page.press("Save");
  expect(page.errorOf("API key")).toBe("Please enter the key.");
  expect(page.bodies("POST /settings/llm")).toEqual([]);
  page.answer({ "POST /settings/llm": reply(stored) });
  await page.fill("API key", "a-new-key");
  await page.press("Save");
  expect(page.bodies("POST /settings/llm")).toMatchObject([{ api_key: "a-new-key", replace_unreadable: true }]);
});

it("what turns out to be unreadable gives way only for those who press the button", async () => {
  await open({ "POST /settings/llm": problem("secret-unreadable", 409) });
  await page.fill("API key", "a-new-key");
  await page.press("Save");
  expect(document.activeElement?.textContent).toContain("What is stored cannot be read");
  expect(page.bodies("POST /settings/llm")[0]).not.toHaveProperty("replace_unreadable");
  page.answer({ "POST /settings/llm": reply({ ...stored, last_changed_at: "2026-02-02T12:00:00Z" }) });
  await page.press("Replace it");
  expect(page.bodies("POST /settings/llm")[1]).toMatchObject({ api_key: "a-new-key", replace_unreadable: true });
  expect(page.has("Replace it")).toBe(false);
});

it("an address that may not be used is told at its field", async () => {
  await open({
    "POST /settings/llm": problem("address-refused", 422, {
      errors: [{ path: "/base_url", code: "not_allowed", message: "leads to a closed network." }],
    }),
  });
  await page.fill("Model", "desk-large");
  await page.press("Save");
  expect(page.errorOf("Address")).toContain("EGRESS_ALLOW");
  expect(document.activeElement).toBe(page.field("Address"));
});

it("tells of the operator's model as long as nothing of one's own is set", async () => {
  const { state: _state, host: _host, last_changed_at: _changed, ...nothing } = stored;
  const offered = { provider: "ollama", model: "llama3.2" } as const;
  const none: LlmSettings = {
    ...nothing,
    configured: false,
    provider: null,
    model: null,
    base_url: null,
    api_key_masked: null,
  };
  await open({ "GET /settings/llm": ok({ ...none, operator_model: offered }) });
  expect(page.text).toContain("Your conversations are answered by “llama3.2”");
  await page.close();
  await open({ "GET /settings/llm": ok({ ...stored, operator_model: offered }) });
  expect(page.text).not.toContain("llama3.2");
});
