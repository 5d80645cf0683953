import { describe, expect, it } from "vitest";
import type { Failure } from "@/api/failure";
import { secondsUntil, throttledUntil } from "./wait";

function answered(status: number, retryAfterSeconds: number | null): Failure {
  const problem = { type: "urn:kontor:problem:too-many-attempts", title: "t", status };
  return { kind: "problem", problem, retryAfterSeconds };
}

describe("throttledUntil", () => {
  it.each<[string, Failure, number | null]>([
    ["a 429 with a time", answered(429, 30), 31_000],
    ["a proxy's 429", { kind: "unexpected", status: 429, retryAfterSeconds: 2 }, 3_000],
    ["a 429 without", answered(429, null), null],
    ["a 429 that is over", answered(429, 0), null],
    ["a busy server, which may be asked again at once", answered(503, 30), null],
    ["no answer", { kind: "network" }, null],
  ])("%s", (_, failure, until) => {
    expect(throttledUntil(failure, 1_000)).toBe(until);
  });
});

it.each([
  [30_000, 0, 30],
  [30_000, 1, 30],
  [30_000, 29_001, 1],
  [30_000, 30_000, 0],
  [30_000, 99_000, 0],
])("from %i, at %i: %i seconds", (end, now, seconds) => {
  expect(secondsUntil(end, now)).toBe(seconds);
});
