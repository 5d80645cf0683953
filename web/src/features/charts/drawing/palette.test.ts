import { expect, it } from "vitest";
import { hexOf, outputColors, type Palette } from "./palette";

const palette = { ink: "ink", lines: ["a", "b", "c", "d", "e", "f"] } as unknown as Palette;

it("indicators have colours in turn, bands one colour, and a second line another", () => {
  expect(outputColors(palette, 7, undefined, ["value"])).toEqual(["b"]);
  expect(outputColors(palette, 0, undefined, ["upper", "middle", "lower"])).toEqual(["a", "a", "a"]);
  expect(outputColors(palette, 1, undefined, ["macd", "signal", "histogram"])).toEqual(["b", "e", "b"]);
  expect(outputColors(palette, 1, "#ff0000", ["k", "d"])).toEqual(["#ff0000", "e"]);
});

it.each([
  ["rgb(132, 72, 10)", "#84480a"],
  ["rgba(0, 1, 255, 0.5)", "#0001ff"],
  ["#ABCDEF", "#abcdef"],
  ["papaya", "#000000"],
])("%s is %s", (color, hex) => {
  expect(hexOf(color)).toBe(hex);
});
