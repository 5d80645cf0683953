/**
 * What the model had done, in a few words. Nothing of it is to be believed: names and arguments are shown as the text that they are, cut
 * where they are long, and never make anything but text.
 */
import type { TFunction } from "i18next";
import { isRecord } from "@/api/failure";
import type { Message, ToolCall } from "@/api/types";

/** The tools whose work has a sentence of its own; a newer program may have others. */
export const knownTools = ["get_candles", "get_indicators", "create_chart", "list_charts", "get_balances"] as const;

const longestSubject = 80;

export function argumentsOf({ arguments: text }: ToolCall): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** `RSI(14) · BTCUSDT 4H`: what of it people recognise. */
export function subjectOf(call: ToolCall): string {
  const given = argumentsOf(call);
  const series = [given.symbol, given.interval].filter((each) => typeof each === "string").join(" ");
  const list = Array.isArray(given.indicators) ? given.indicators : [given.indicators ?? given.indicator ?? given.kind];
  const indicators = list.map(indicatorText).filter(Boolean).join(", ");
  const subject = [indicators, series].filter(Boolean).join(" · ");
  return subject.length > longestSubject ? `${subject.slice(0, longestSubject)}…` : subject;
}

function indicatorText(value: unknown): string {
  if (typeof value === "string") return value.toUpperCase();
  if (!isRecord(value) || typeof value.kind !== "string") return "";
  const numbers = isRecord(value.params) ? Object.values(value.params).filter((each) => typeof each === "number") : [];
  return `${value.kind.toUpperCase()}${numbers.length > 0 ? `(${numbers.join(",")})` : ""}`;
}

export function toolText(call: ToolCall, t: TFunction<"chat">): string {
  const known = knownTools.find((name) => name === call.name);
  const subject = subjectOf(call);
  if (!known) return t("tool.other", { name: call.name.slice(0, 64) });
  return subject === "" ? t(`tool.${known}.plain`) : t(`tool.${known}.about`, { subject });
}

/** The call that a result belongs to, in the message before it that has it. */
export function callOf(messages: readonly Message[], result: Message): ToolCall | null {
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (!message || message.number >= result.number) continue;
    const found = message.tool_calls?.find(({ id }) => id === result.tool_call_id);
    if (found) return found;
    if (message.role === "user") return null;
  }
  return null;
}

/** As it can be read: JSON with its lines, anything else as it is. */
export function readable(text: string, longest = 20_000): string {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Whatever it is, it is text.
  }
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}
