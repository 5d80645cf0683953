/** What a save or a test came to, as the pages tell it. The server's own sentences are English, and for programs. */
import type { ExchangeReply, LlmReply } from "@/api/types";

/** The name of the exchange, which is the same in every language. */
export const exchangeName = "Bitget";

type Act = "saved" | "tested" | "removed";

/** `words`: the provider's own, where they say more than our sentence. */
function told<Key extends string>(key: Key, tone: "info" | "error", words: string | null) {
  return { key, tone, words };
}

export function exchangeTold(act: Act, reply: ExchangeReply) {
  if (act === "removed") return told("exchange.removed", "info", null);
  const words = wordsOf(reply);
  if (reply.status === "error") {
    return told(act === "saved" ? "exchange.refused" : "exchange.testRefused", "error", words);
  }
  // A warning may be about what the key may do; whether it was accepted stands here alone.
  if (reply.validation?.valid) return told(act === "saved" ? "exchange.saved" : "exchange.tested", "info", null);
  return told(act === "saved" ? "exchange.savedUnverified" : "exchange.testUnanswered", "info", words);
}

export function llmTold(act: Act, reply: LlmReply) {
  if (act === "removed") return told("llm.removed", "info", null);
  if (act === "saved") return told("llm.saved", "info", null);
  const words = wordsOf(reply);
  if (reply.status === "error") return told("llm.testRefused", "error", words);
  if (!reply.validation?.valid) return told("llm.testUnanswered", "info", words);
  return told(reply.status === "warning" ? "llm.testedModel" : "llm.tested", "info", null);
}

function wordsOf(reply: ExchangeReply | LlmReply): string | null {
  const words = (reply.validation?.message || reply.message).trim();
  return words === "" ? null : words;
}
