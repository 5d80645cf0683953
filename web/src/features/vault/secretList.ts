/** What the list shows of each secret, and what can be done about it. */
import type { Secret } from "@/api/types";

/** The keys that other settings keep here, under the names the server gives them. They are changed there. */
const keptBySettings = new Map<string, "exchange" | "llm">([
  ["bitget_api_key", "exchange"],
  ["bitget_api_secret", "exchange"],
  ["bitget_passphrase", "exchange"],
  ["azure_openai_api_key", "llm"],
  ["openai_api_key", "llm"],
  ["ollama_api_key", "llm"],
]);

export function keeperOf(name: string): "exchange" | "llm" | null {
  return keptBySettings.get(name) ?? null;
}

export function isDeleted(secret: Secret): boolean {
  return secret.deleted_at !== undefined;
}

export type SecretAct = "reveal" | "replace" | "delete" | "destroy" | "restore";

/** In the order of their buttons. What a setting keeps is replaced there, together with what belongs to it. */
export function actsFor(secret: Secret): SecretAct[] {
  if (isDeleted(secret)) return secret.readable ? ["restore", "destroy"] : ["destroy"];
  const acts: SecretAct[] = secret.readable ? ["reveal", "replace", "delete"] : ["replace", "destroy"];
  return keeperOf(secret.name) === null ? acts : acts.filter((act) => act !== "replace");
}

/** Nothing of it can be read: the key over all of them is lost, not one secret. */
export function isAllLost(secrets: readonly Secret[]): boolean {
  return secrets.length > 0 && secrets.every(({ readable }) => !readable);
}
