import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "@/features/stream/testing/wire";
import { Strokes } from "./strokes";

let clock: FakeClock;
let drawn: (readonly number[])[];
let strokes: Strokes;

beforeEach(() => {
  clock = new FakeClock();
  drawn = [];
  strokes = new Strokes({ frame: (act) => clock.later(16, act), later: clock.later, now: () => clock.now }, (places) =>
    drawn.push(places),
  );
});

it("draws the first change with the next frame, and many at once after a pause, in their order", async () => {
  strokes.add(5);
  await clock.pass(16);
  expect(drawn).toEqual([[5]]);
  for (const place of [6, 5, 6]) strokes.add(place);
  await clock.pass(99);
  expect(drawn).toHaveLength(1);
  await clock.pass(17);
  expect(drawn).toEqual([[5], [5, 6]]);
});

it("draws nothing of what was drawn anew meanwhile", async () => {
  strokes.add(5);
  strokes.forget();
  await clock.pass(1000);
  expect(drawn).toEqual([]);
});
