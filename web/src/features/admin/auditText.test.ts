// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import type { AuditEvent } from "@/api/types";
import { i18n } from "@/i18n";
import "./texts";
import { type Actor, actorOf, changedRules } from "./auditText";

const ann = { id: "a", email: "ann@example.com" };
const boss = { id: "b", email: "boss@example.com" };

function event(change: Partial<AuditEvent>): AuditEvent {
  const at = "2026-01-01T00:00:00Z";
  return { id: "1", at, action: "login.succeeded", outcome: "ok", address: "::1", request_id: "r", ...change };
}

describe("who did it", () => {
  it.each<[string, Partial<AuditEvent>, Actor]>([
    ["the person themselves", { owner: ann, actor: ann }, { kind: "self" }],
    ["an administrator", { owner: ann, actor: boss }, { kind: "person", person: boss }],
    ["somebody, about nobody", { actor: boss }, { kind: "person", person: boss }],
    ["the console", { owner: ann, address: "console" }, { kind: "console" }],
    ["somebody who was not logged in", { owner: ann }, { kind: "stranger" }],
    ["somebody whose account is gone", { owner: ann, address: "" }, { kind: "erased" }],
    ["somebody who is gone, about somebody who is gone", { address: "", request_id: "" }, { kind: "erased" }],
  ])("%s", (_, change, actor) => {
    expect(actorOf(event(change))).toEqual(actor);
  });
});

describe("an entry about the rules", () => {
  it.each<[unknown, string | null]>([
    [undefined, null],
    [{}, null],
    [{ changed: [] }, null],
    [{ changed: "registration" }, null],
    [
      { changed: ["registration", "second_factor_for"] },
      "Changed: who may create an account, who must have a second step",
    ],
    [{ changed: ["runs_at_once", "tokens_per_day"] }, "Changed: answers at a time, tokens a day"],
    [{ changed: ["of_the_future", 7, ""] }, "Changed: of_the_future"],
  ])("%j → %s", (detail, text) => {
    expect(changedRules(detail as AuditEvent["detail"], i18n.getFixedT("en", "admin"))).toBe(text);
  });
});
