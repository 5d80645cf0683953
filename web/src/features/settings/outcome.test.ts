import { describe, expect, it } from "vitest";
import type { ExchangeReply, ExchangeSettings, LlmReply, LlmSettings } from "@/api/types";
import { exchangeTold, llmTold } from "./outcome";

function exchange(status: ExchangeReply["status"], valid: boolean | null, words = "apikey/password is incorrect") {
  const validation = valid === null ? null : { valid, message: words };
  return { status, message: "A sentence of the server.", validation, exchange: {} as ExchangeSettings };
}

describe("the exchange", () => {
  it.each([
    ["saved", exchange("success", true), "exchange.saved", "info", null],
    // What the key may do stands beside it; that is no doubt about whether it is right.
    ["saved", exchange("warning", true), "exchange.saved", "info", null],
    ["saved", exchange("warning", false, "No answer."), "exchange.savedUnverified", "info", "No answer."],
    ["saved", exchange("error", false), "exchange.refused", "error", "apikey/password is incorrect"],
    ["saved", exchange("error", null), "exchange.refused", "error", "A sentence of the server."],
    ["tested", exchange("success", true), "exchange.tested", "info", null],
    ["tested", exchange("error", false), "exchange.testRefused", "error", "apikey/password is incorrect"],
    ["tested", exchange("warning", false, " "), "exchange.testUnanswered", "info", null],
    ["removed", exchange("success", null), "exchange.removed", "info", null],
  ] as const)("%s: %o", (act, reply, key, tone, words) => {
    expect(exchangeTold(act, reply)).toEqual({ key, tone, words });
  });
});

function llm(status: LlmReply["status"], valid: boolean | null, words = "Incorrect API key provided.") {
  const validation = valid === null ? null : { valid, message: words };
  return { status, message: "A sentence of the server.", validation, llm: {} as LlmSettings };
}

describe("the language model", () => {
  it.each([
    ["saved", llm("success", null), "llm.saved", "info", null],
    ["tested", llm("success", true), "llm.tested", "info", null],
    ["tested", llm("warning", true), "llm.testedModel", "info", null],
    ["tested", llm("warning", false, "timed out"), "llm.testUnanswered", "info", "timed out"],
    ["tested", llm("error", false), "llm.testRefused", "error", "Incorrect API key provided."],
    ["removed", llm("success", null), "llm.removed", "info", null],
  ] as const)("%s: %o", (act, reply, key, tone, words) => {
    expect(llmTold(act, reply)).toEqual({ key, tone, words });
  });
});
