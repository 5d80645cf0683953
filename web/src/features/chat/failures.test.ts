import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { chatEn } from "@/i18n/chat.en";
import { isForSettings, kindOf, mayBeTriedAgain, runFailures } from "./failures";

const contract = parse(readFileSync(join(import.meta.dirname, "../../../../api/openapi.yaml"), "utf8"));

it("every way in which an answer can fail is known, and has a sentence that says what to do", () => {
  const { kind } = contract.components.schemas.RunFailure.properties;
  expect([...runFailures].sort()).toEqual([...kind.enum].sort());
  expect(Object.keys(chatEn.failed.next).sort()).toEqual([...runFailures].sort());
  for (const next of Object.values(chatEn.failed.next)) expect(next).not.toBe("");
});

it("what a newer program calls otherwise is something inside of it", () => {
  expect(kindOf("solar-flare")).toBe("internal");
  expect(kindOf("rate-limited")).toBe("rate-limited");
});

it("a wrong key leads to the settings; a conversation that is too long is not tried again", () => {
  expect(runFailures.filter(isForSettings)).toContain("key-rejected");
  expect(runFailures.filter(isForSettings)).not.toContain("rate-limited");
  expect(runFailures.filter((kind) => !mayBeTriedAgain(kind))).toEqual(["context-too-long"]);
});
