// @vitest-environment jsdom
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Failure } from "@/api/failure";
import { i18n } from "@/i18n";
import { chatDe } from "@/i18n/chat.de";
import { chatEn } from "@/i18n/chat.en";
import {
  chatFailureText,
  chatProblems,
  importFailureText,
  isForSettings,
  kindOf,
  mayBeTriedAgain,
  runFailures,
} from "./failures";
import "./texts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../../..", path), "utf8");
const contract = parse(read("api/openapi.yaml"));
const sorted = (names: Iterable<string>) => [...names].sort();

describe("every way in which an answer can fail", () => {
  it("is known: those of the contract, and those that the program tells", () => {
    expect(sorted(runFailures)).toEqual(sorted(contract.components.schemas.RunFailure.properties.kind.enum));
    const kinds = /kinds = {{([^]*?)}};/.exec(read("src/run/failure_kinds.cpp"))?.[1] ?? "";
    expect(sorted([...kinds.matchAll(/^ *{"([a-z-]+)"/gm)].map(([, name]) => name ?? ""))).toEqual(sorted(runFailures));
  });

  it.each([
    ["English", chatEn],
    ["German", chatDe],
  ])("has sentences in %s: what it is, and what to do next", (_, { failed: { next } }) => {
    expect(sorted(Object.keys(next))).toEqual(sorted(runFailures));
    for (const [kind, text] of Object.entries(next)) expect(text, kind).toMatch(/^[^.]+[.;] ?[^.]+\.$/);
  });
});

it("what a newer program calls otherwise is something inside of it", () => {
  expect(kindOf("solar-flare")).toBe("internal");
  expect(kindOf("rate-limited")).toBe("rate-limited");
});

it("what speaks of the settings leads there; a conversation that is too long and a day that is used up are not tried again", () => {
  for (const kind of runFailures)
    expect(isForSettings(kind), kind).toBe(/settings/.test(chatEn.failed.next[kind]) || kind === "quota-exhausted");
  expect(runFailures.filter((kind) => !mayBeTriedAgain(kind))).toEqual(["context-too-long", "no-tokens-left"]);
});

describe("whatever the routes and the socket refuse", () => {
  const refused = (name: string, status: number): Failure => ({
    kind: "problem",
    problem: { type: `urn:kontor:problem:${name}`, title: "Server title", status, detail: "Server detail" },
    retryAfterSeconds: null,
  });
  /** With the outcomes that have no name of their own, as src/api/error_map.cpp answers them. */
  const outcomes: [string, number][] = [
    ["malformed", 400],
    ["unauthenticated", 401],
    ["forbidden", 403],
    ["not-found", 404],
    ["request-timeout", 408],
    ["payload-too-large", 413],
    ["invalid-input", 422],
    ["too-many-requests", 429],
    ["internal", 500],
    ["overloaded", 503],
    ["unavailable", 503],
    ["storage-full", 507],
  ];
  /** What the descriptions of the routes name. */
  const named = Object.entries(contract.paths as Record<string, unknown>)
    .filter(([path]) => path.startsWith("/chat/"))
    .flatMap(([, route]) => [...JSON.stringify(route).matchAll(/urn:kontor:problem:([a-z-]+)/g)])
    .map(([, name]) => name ?? "");

  it.each(["de", "en"])("is told in words of our own (%s)", async (language) => {
    await i18n.changeLanguage(language);
    expect(named).toContain("too-many-runs");
    const all = [...outcomes, ...[...named, "too-many-sockets", "too-many-subscriptions"].map((name) => [name, 409])];
    for (const [name, status] of all as [string, number][]) {
      for (const textOf of [chatFailureText, importFailureText]) {
        const text = textOf(refused(name, status), i18n.t, i18n.getFixedT(null, "chat"));
        expect(text, name).not.toMatch(/Server (title|detail)|problem\.|import\.|{{/);
      }
    }
    await i18n.changeLanguage("en");
  });

  it("is told as what it is where a file was to be brought back", () => {
    const text = (name: string) => importFailureText(refused(name, 422), i18n.t, i18n.getFixedT("en", "chat"));
    expect(text("invalid-input")).toMatch(/^The file was not imported completely\. This file is not an export/);
    expect(text("payload-too-large")).toBe(
      "The file is larger than 256 MB, or a conversation in it larger than 16 MB.",
    );
  });

  it("has no text that nobody needs", () => {
    expect(sorted(new Set(Object.values(chatProblems)))).toEqual(
      sorted(Object.keys(chatEn.problem).map((key) => `problem.${key}`)),
    );
  });
});
