import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { indicatorOf, indicators, kinds, numberOf, parameterErrors, textOf, usualOf } from "./indicators";
import { allIntervals, longestOf, usualDays, usualIntervals } from "./intervals";
import { markets } from "./symbols";

const { schemas } = parse(readFileSync(join(import.meta.dirname, "../../../../api/openapi.yaml"), "utf8")).components;

it("the kinds, parameters, intervals and markets are those of the contract", () => {
  expect([...kinds].sort()).toEqual([...schemas.IndicatorKind.enum].sort());
  const named = Object.keys(schemas.IndicatorParams.properties);
  expect(new Set(kinds.flatMap((kind) => indicators[kind].parameters.map(({ name }) => name)))).toEqual(new Set(named));
  expect(allIntervals).toEqual(schemas.Interval.enum);
  expect(markets).toEqual(schemas.Venue.enum);
});

it.each([
  ["sma", "sma(20)"],
  ["macd", "macd(12,26,9)"],
  ["bollinger", "bollinger(20,2)"],
  ["stochastic", "stochastic(14,3,3)"],
  ["obv", "obv()"],
  ["vwap", "vwap(1)"],
] as const)("%s is written %s, and read again", (kind, text) => {
  expect(textOf(usualOf(kind))).toBe(text);
  expect(indicatorOf(text)).toEqual(usualOf(kind));
});

it.each(["", "rsi", "rsi()", "rsi(1,2)", "constructor(1)", "rsi(a)", "rsi(14) "])("%j is none", (text) => {
  expect(indicatorOf(text)).toBeNull();
});

describe("numbers that are typed", () => {
  it.each([
    ["sma", { period: "20" }, {}],
    ["sma", { period: "" }, { period: "number" }],
    ["sma", { period: "abc" }, { period: "number" }],
    ["sma", { period: "2.5" }, { period: "whole" }],
    ["sma", { period: "0" }, { period: "range" }],
    ["bollinger", { period: "20", deviations: "2,5" }, {}],
    ["bollinger", { period: "20", deviations: "-1" }, { deviations: "number" }],
    ["macd", { fast: "26", slow: "12", signal: "9" }, { slow: "order" }],
    ["macd", { fast: "12", slow: "x", signal: "9" }, { slow: "number" }],
    ["vwap", { reset_days: "0" }, {}],
    ["obv", {}, {}],
  ] as const)("%s %j: %j", (kind, typed, errors) => {
    expect(parameterErrors(kind, typed)).toEqual(errors);
  });
  it.each([
    ["2,5", 2.5],
    [" 14 ", 14],
    ["1e3", null],
    ["", null],
  ])("%j is %s", (typed, number) => {
    expect(numberOf(typed)).toBe(number);
  });
});

it("spot has no 2H, and the days grow with the interval", () => {
  expect(usualIntervals("spot")).not.toContain("2H");
  expect(usualIntervals("usdt-futures")).toContain("2H");
  const days = allIntervals.map(usualDays);
  expect([...days].sort((a, b) => a - b)).toEqual(days);
  expect([usualDays("1m"), usualDays("1H"), usualDays("1M")]).toEqual([1, 30, 3650]);
  expect(longestOf("1D")).toBe(86_400_000);
});
