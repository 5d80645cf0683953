// @vitest-environment jsdom
import { beforeAll, expect, it } from "vitest";
import { i18n } from "@/i18n";
import type { Message } from "@/api/types";
import { callOf, knownTools, readable, subjectOf, toolText } from "./tools";
import "./texts";

beforeAll(() => i18n.changeLanguage("en"));
const t = i18n.getFixedT("en", "chat");
const call = (name: string, given: unknown) => ({
  id: "1",
  name,
  arguments: typeof given === "string" ? given : JSON.stringify(given),
});

it.each([
  [
    call("get_indicators", { symbol: "BTCUSDT", interval: "4H", indicators: ["rsi(14)"] }),
    "Looked up RSI(14) · BTCUSDT 4H",
  ],
  [
    call("create_chart", { symbol: "BTCUSDT", interval: "4H", indicators: [{ kind: "rsi", params: { period: 14 } }] }),
    "Made a chart: RSI(14) · BTCUSDT 4H",
  ],
  [call("list_charts", {}), "Looked through your charts"],
  [call("get_candles", "no json"), "Looked up candles"],
  [call("get_candles", { symbol: { a: 1 }, interval: 4 }), "Looked up candles"],
  [call("launch", {}), "Asked for “launch”"],
])("%j reads %j", (asked, text) => {
  expect(toolText(asked, t)).toBe(text);
});

it("every tool has its sentence", () => {
  for (const name of knownTools) expect(toolText(call(name, {}), t)).not.toMatch(/tool\.|{{/);
});

it("long arguments and results are cut", () => {
  expect(subjectOf(call("get_candles", { symbol: "A".repeat(500) })).length).toBeLessThan(90);
  expect(readable("x".repeat(100), 10)).toBe(`${"x".repeat(10)}…`);
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
});

it("a result belongs to the nearest call before it with its id, within its question", () => {
  const message = (number: number, more: Partial<Message>): Message => ({
    number,
    role: "assistant",
    content: "",
    timestamp: "",
    ...more,
  });
  const result = message(4, { role: "tool", tool_call_id: "1" });
  const asking = message(2, { tool_calls: [call("get_candles", {})] });
  expect(callOf([message(1, { role: "user" }), asking, result], result)?.name).toBe("get_candles");
  expect(callOf([asking, message(3, { role: "user" }), result], result)).toBeNull();
});
