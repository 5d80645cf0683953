import type { ChatLimits } from "@/api/types";

/** From here on it is said how much is left. */
const near = 0.8;

export type LimitStanding = "fine" | "near" | "used" | "busy" | "nameless" | "mute";

/** What stands in the way of the next message, or soon will. */
export function limitStanding(limits: ChatLimits): LimitStanding {
  if (limits.model === null) return "mute";
  if (limits.model.name === "") return "nameless";
  const { tokens_per_day: all, tokens_today: used } = limits;
  if (all !== null && used >= all) return "used";
  if (limits.running >= limits.runs_at_once) return "busy";
  return all !== null && used >= all * near ? "near" : "fine";
}

/** Nobody would answer: no model is set up, or none was chosen of those that the provider has. */
export function isMute(limits: ChatLimits | undefined): boolean {
  return limits !== undefined && ["mute", "nameless"].includes(limitStanding(limits));
}
