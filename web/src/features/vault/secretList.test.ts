import { expect, it } from "vitest";
import type { Secret } from "@/api/types";
import { actsFor, isAllLost, keeperOf } from "./secretList";

const deleted_at = "2026-02-01T00:00:00Z";
const secret = (change: Partial<Secret> = {}): Secret => ({ name: "ledger", version: 3, readable: true, ...change });

it.each<[string, Partial<Secret>, string[]]>([
  ["one's own", {}, ["reveal", "replace", "delete"]],
  ["one that cannot be read", { readable: false }, ["replace", "destroy"]],
  ["a deleted one", { deleted_at }, ["restore", "destroy"]],
  ["a deleted one that cannot be read", { deleted_at, readable: false }, ["destroy"]],
  // Replaced alone, the three keys of the exchange would no longer belong together.
  ["what the exchange keeps", { name: "bitget_api_secret" }, ["reveal", "delete"]],
  ["what the exchange keeps and nobody can read", { name: "bitget_api_secret", readable: false }, ["destroy"]],
])("%s can be acted upon", (_, change, acts) => {
  expect(actsFor(secret(change))).toEqual(acts);
});

it("knows who keeps a secret by its whole name", () => {
  expect(keeperOf("bitget_passphrase")).toBe("exchange");
  expect(keeperOf("azure_openai_api_key")).toBe("llm");
  expect(keeperOf("bitget_passphrase2")).toBeNull();
  expect(keeperOf("constructor")).toBeNull();
});

it("says that all is lost only when there was something, and none of it can be read", () => {
  expect(isAllLost([])).toBe(false);
  expect(isAllLost([secret({ readable: false }), secret()])).toBe(false);
  expect(isAllLost([secret({ readable: false }), secret({ name: "b", readable: false })])).toBe(true);
});
