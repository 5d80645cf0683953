import { expect, it } from "vitest";
import { linkToken } from "./linkToken";

it.each([
  ["#token=abc_-9", "abc_-9"],
  ["#x=1&token=abc", "abc"],
  ["#token=", null],
  ["#tokens=abc", null],
  ["#", null],
  ["", null],
])("%j → %j", (fragment, token) => {
  expect(linkToken(fragment)).toBe(token);
});
