import { expect, it } from "vitest";
import type { ChatLimits } from "@/api/types";
import { type Known, noticesOf } from "./noticesOf";

const model = { provider: "openai", name: "m", offered_by: "user" } as const;
const limits = (more: Partial<ChatLimits> = {}): ChatLimits => ({
  runs_at_once: 2,
  running: 0,
  tokens_per_day: null,
  tokens_today: 0,
  day_ends_at: "2026-02-02T00:00:00Z",
  model,
  ...more,
});
const kinds = (known: Partial<Known>) => noticesOf({ guided: false, ...known }).map(({ kind }) => kind);

it("says nothing as long as nothing is known, or all is well", () => {
  expect(kinds({})).toEqual([]);
  expect(
    kinds({
      limits: limits({ tokens_per_day: 10, tokens_today: 9 }),
      llm: { state: "verified" },
      exchange: { state: "not_verified" },
      me: { email_verified: true, second_factor: true },
      policy: { mail: true },
      factor: { recovery_codes_left: 3 },
      otherSessions: 0,
    }),
  ).toEqual([]);
});

it.each<[Partial<Known>, string[]]>([
  [{ limits: limits({ model: null }) }, ["noModel"]],
  [{ limits: limits({ model: null }), guided: true }, []],
  [{ limits: limits({ tokens_per_day: 10, tokens_today: 10 }) }, ["tokens"]],
  [{ llm: { state: "invalid" } }, ["modelInvalid"]],
  [{ llm: { state: "unreadable" } }, ["modelUnreadable"]],
  [{ exchange: { state: "invalid" } }, ["exchangeInvalid"]],
  [{ exchange: { state: "unreadable" } }, ["exchangeUnreadable"]],
  [{ me: { email_verified: false, second_factor: false }, policy: { mail: true } }, ["email"]],
  [{ me: { email_verified: false, second_factor: false }, policy: { mail: false } }, []],
  [{ me: { email_verified: true, second_factor: true }, factor: { recovery_codes_left: 2 } }, ["codes"]],
  [{ me: { email_verified: true, second_factor: false }, factor: { recovery_codes_left: 0 } }, []],
  [{ otherSessions: 2 }, ["sessions"]],
  [{ vaultLocked: true, otherSessions: 1 }, ["vault", "sessions"]],
])("%j: %j", (known, expected) => {
  expect(kinds(known)).toEqual(expected);
});
