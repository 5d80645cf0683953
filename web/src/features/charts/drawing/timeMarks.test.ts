import type { TickMarkWeightValue, TimeMark } from "lightweight-charts";
import { describe, expect, it } from "vitest";
import { dropStrayHours, keepWhole } from "./timeMarks";

const markAt = (coord: number): TimeMark => ({
  coord,
  label: "19 Nov",
  weight: 50 as TickMarkWeightValue,
  needAlignCoordinate: false,
});

describe("the labels of the time axis", () => {
  it.each([
    ["at the left edge", 0],
    ["in the middle", 300],
    ["at the right edge", 600],
  ])("stay and may move inwards %s", (_where, coord) => {
    const mark = markAt(coord);
    keepWhole([mark], 600);
    expect(mark).toEqual({ ...markAt(coord), needAlignCoordinate: true });
  });

  it.each([
    ["left", -1],
    ["right", 601],
  ])("go when what they name is out of sight on the %s", (_where, coord) => {
    const mark = markAt(coord);
    keepWhole([mark], 600);
    expect(mark.label).toBe("");
  });

  it.each([
    ["beside days without hours between them", [50, 50, 30], [true, true, false]],
    ["on either side of them", [33, 60, 50, 30], [false, true, true, false]],
    ["of which one is between days", [50, 30, 50, 30], [true, true, true, true]],
    ["beside a single day", [30, 50, 30], [true, true, true]],
    ["without any day", [30, 30], [true, true]],
  ])("that name an hour %s", (_what, weights, stay) => {
    const marks = weights.map((weight, at) => ({ ...markAt(at * 100), weight: weight as TickMarkWeightValue }));
    dropStrayHours(marks);
    expect(marks.map(({ label }) => label !== "")).toEqual(stay);
  });
});
