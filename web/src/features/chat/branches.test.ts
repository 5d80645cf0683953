import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { canContinue, isUnanswered, placeOf, questionOf } from "./branches";

const at = "2026-11-26T00:00:00Z";
const user = (number: number, more: Partial<Message> = {}): Message => ({
  number,
  role: "user",
  content: "?",
  timestamp: at,
  ...more,
});
const answer = (number: number, more: Partial<Message> = {}): Message => ({
  ...user(number),
  role: "assistant",
  ...more,
});

describe("placeOf", () => {
  it.each([
    [undefined, null],
    [[2], null],
    [[2, 5], { position: 1, count: 2, previous: null, next: 5 }],
    [[1, 2], { position: 2, count: 2, previous: 1, next: null }],
    [[9, 2, 1], { position: 2, count: 3, previous: 1, next: 9 }],
    [[1, 9], null],
  ])("of message 2 among %j", (siblings, place) => {
    expect(placeOf(user(2, siblings ? { siblings } : {}))).toEqual(place);
  });
});

it("an answer is made once more from the user's message before it, also behind one that was continued", () => {
  const messages = [user(1), answer(2), user(3), answer(4), answer(5)];
  expect([2, 4, 5].map((number) => questionOf(messages, number))).toEqual([1, 3, 3]);
  expect(questionOf([answer(4), user(5)], 4)).toBeNull();
  expect(questionOf(messages, 99)).toBeNull();
});

it.each([
  ["complete", false],
  ["filtered", false],
  ["length", true],
  ["cancelled", true],
  ["interrupted", true],
  ["failed", true],
] as const)("an answer that ended as %s can be continued: %s", (finish, can) => {
  expect(canContinue(answer(2, { finish }))).toBe(can);
  expect(canContinue(answer(2, { finish, content: "" }))).toBe(false);
  expect(canContinue(user(2, { finish }))).toBe(false);
});

it("a conversation waits for an answer when the user's message is the last one", () => {
  expect(isUnanswered([user(1)])).toBe(true);
  expect(isUnanswered([user(1), answer(2)])).toBe(false);
  expect(isUnanswered([])).toBe(false);
});
