import { expect, it } from "vitest";
import { relativeParts } from "./relativeTime";

const now = Date.parse("2026-06-15T12:00:00Z");

it.each([
  ["2026-06-15T12:00:00Z", 0, "second"],
  ["2026-06-15T11:59:01Z", 0, "second"],
  ["2026-06-15T12:00:20Z", 0, "second"], // the server's clock goes ahead
  ["2026-06-15T11:59:00Z", -1, "minute"],
  ["2026-06-15T11:00:01Z", -59, "minute"],
  ["2026-06-15T11:00:00Z", -1, "hour"],
  ["2026-06-14T12:00:01Z", -23, "hour"],
  ["2026-06-14T12:00:00Z", -1, "day"],
  ["2026-06-18T12:00:00Z", 3, "day"],
  ["2026-05-16T12:00:00Z", -1, "month"],
  ["2024-06-15T12:00:00Z", -2, "year"],
])("%s is %i %s from now", (at, value, unit) => {
  expect(relativeParts(Date.parse(at), now)).toEqual({ value, unit });
});
