import type { TickMarkWeightValue, TimeMark } from "lightweight-charts";
import { describe, expect, it } from "vitest";
import { keepWhole } from "./timeMarks";

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
});
