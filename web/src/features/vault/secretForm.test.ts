import { describe, expect, it } from "vitest";
import type { Secret } from "@/api/types";
import { longestValue, requestOf, secretSchema } from "./secretForm";

const stored: Secret = { name: "ledger", version: 4, readable: true };
const values = { name: " ledger ", value: " as typed\n" };

describe("what is sent", () => {
  it.each<[string, Secret | null, object]>([
    ["a new one, only where there is none", null, { expected_version: 0 }],
    ["another value, only over the version that was seen", stored, { expected_version: 4 }],
    ["one that was deleted", { ...stored, deleted_at: "2026-02-01T00:00:00Z" }, { expected_version: 0 }],
    // Its version means nothing any more; that it is overwritten has to be said.
    ["what cannot be read", { ...stored, readable: false }, { replace_unreadable: true }],
  ])("%s", (_, before, condition) => {
    expect(requestOf(values, before)).toEqual({ name: "ledger", value: " as typed\n", ...condition });
  });
});

describe("what is checked before", () => {
  const mistakes = (name: string, value: string, taken: string[] = []) =>
    secretSchema(taken)
      .safeParse({ name, value })
      .error?.issues.map(({ message }) => message) ?? [];

  it.each<[string, string[]]>([
    ["", ["secret_name.required"]],
    ["a", []],
    ["0-_.", []],
    ["a".repeat(64), []],
    ["a".repeat(65), ["secret_name.wrong"]],
    ["Ledger", ["secret_name.wrong"]],
    [".ledger", ["secret_name.wrong"]],
    ["../ledger", ["secret_name.wrong"]],
    ["lédger", ["secret_name.wrong"]],
  ])("the name %j", (name, expected) => {
    expect(mistakes(name, "x")).toEqual(expected);
  });

  it("a name that is there already", () => {
    expect(mistakes(" ledger ", "x", ["ledger"])).toEqual(["secret_name.taken"]);
    expect(mistakes("ledger2", "x", ["ledger"])).toEqual([]);
  });

  it("the value by its bytes, a blank being one", () => {
    expect(mistakes("a", "")).toEqual(["secret_value.required"]);
    expect(mistakes("a", " ")).toEqual([]);
    expect(mistakes("a", "x".repeat(longestValue))).toEqual([]);
    expect(mistakes("a", "x".repeat(longestValue + 1))).toEqual(["secret_value.too_long"]);
    expect(mistakes("a", "ü".repeat(longestValue / 2))).toEqual([]);
    expect(mistakes("a", `${"ü".repeat(longestValue / 2)}x`)).toEqual(["secret_value.too_long"]);
  });
});
