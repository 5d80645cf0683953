import { expect, it } from "vitest";
import { changeText, priceText } from "./price";

it.each([
  ["67123.5", "67,123.5"],
  ["67123.50", "67,123.50"],
  ["0.00001234", "0.00001234"],
  ["12", "12"],
  ["", null],
  ["n/a", null],
])("a price of %j is written %j", (last, text) => {
  expect(priceText(last, "en-GB")).toBe(text);
});

it("in German with a comma", () => {
  expect(priceText("67123.5", "de-DE")).toBe("67.123,5");
});

it.each([
  ["0.0232", "+2.32%", "up"],
  ["-0.0232", "-2.32%", "down"],
  ["0.00001", "0.00%", "same"],
  ["-0.00001", "0.00%", "same"],
  ["0", "0.00%", "same"],
])("a change of %j is %j and goes %s", (fraction, text, direction) => {
  expect(changeText(fraction, "en-GB")).toEqual({ text, direction });
});

it.each(["", "x"])("of %j nothing is said", (fraction) => {
  expect(changeText(fraction, "en-GB")).toBeNull();
});
