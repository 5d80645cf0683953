import { expect, it } from "vitest";
import type { ChatLimits } from "@/api/types";
import { isMute, limitStanding } from "./limitStanding";

const limits: ChatLimits = {
  runs_at_once: 4,
  running: 0,
  tokens_per_day: 1000,
  tokens_today: 0,
  day_ends_at: "2026-11-27T00:00:00Z",
  model: { provider: "openai", name: "desk-large", offered_by: "user" },
};

it.each<[Partial<ChatLimits>, string]>([
  [{}, "fine"],
  [{ tokens_today: 799 }, "fine"],
  [{ tokens_today: 800 }, "near"],
  [{ tokens_today: 1000 }, "used"],
  [{ tokens_per_day: null, tokens_today: 1e9 }, "fine"],
  [{ tokens_per_day: 0 }, "used"],
  [{ running: 3 }, "fine"],
  [{ running: 4 }, "busy"],
  [{ running: 4, tokens_today: 1001 }, "used"],
  [{ model: { provider: "openai", name: "", offered_by: "user" } }, "nameless"],
  [{ model: { provider: "openai", name: "", offered_by: "user" }, tokens_today: 1000 }, "nameless"],
  [{ model: null, tokens_today: 1001 }, "mute"],
])("%j is %s", (change, standing) => {
  expect(limitStanding({ ...limits, ...change })).toBe(standing);
  expect(isMute({ ...limits, ...change })).toBe(standing === "mute" || standing === "nameless");
});
