import { expect, it } from "vitest";
import { candleAt, columnAt, every, isRise, pointAt, volumeAt } from "./bars";
import { dataOf, start } from "./testing/data";

const { candles } = dataOf({ count: 3 });

it("candles have their time in seconds", () => {
  expect(every(candles, (at) => candleAt(candles, at))[1]).toEqual({
    time: start / 1000 + 3600,
    open: 1,
    high: 3,
    low: 0,
    close: 2,
  });
});

it("volume has the colour of the way the price went; one that did not move counts as risen", () => {
  const falling = { ...candles, open: [5, 1, 3] };
  expect([0, 1, 2].map((at) => volumeAt(falling, at, "up", "down").color)).toEqual(["down", "up", "up"]);
  expect(isRise(falling, 2)).toBe(true);
});

it("where an indicator is not warm there is a gap, not a zero", () => {
  expect(pointAt(candles, [null, 0, 7], 0)).toEqual({ time: start / 1000 });
  expect(pointAt(candles, [null, 0, 7], 1)).toMatchObject({ value: 0 });
});

it("columns are coloured by their sign", () => {
  expect(columnAt(candles, [-1, 0, null], 0, "up", "down")).toMatchObject({ value: -1, color: "down" });
  expect(columnAt(candles, [-1, 0, null], 1, "up", "down")).toMatchObject({ color: "up" });
  expect(columnAt(candles, [-1, 0, null], 2, "up", "down")).not.toHaveProperty("color");
});
