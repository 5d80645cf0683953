import { describe, expect, it } from "vitest";
import { readFilters, startOfDay, withFilter } from "./auditFilters";

const id = "0f8fad5b-d9cb-469f-a165-70867728950e";

describe("filters of the address bar", () => {
  it("are read, days as moments of this computer", () => {
    const search = new URLSearchParams({
      action: "login.refused",
      owner: id,
      actor: id,
      from: "2026-03-01",
      to: "2026-03-31",
    });
    expect(readFilters(search)).toEqual({
      action: "login.refused",
      owner: id,
      actor: id,
      from: new Date(2026, 2, 1).toISOString(),
      to: new Date(2026, 3, 1).toISOString(),
    });
  });

  it.each([
    "action=",
    "action=<b>",
    "action=login",
    "owner=me",
    `owner=${id}x`,
    "owner=%27",
    "from=yesterday",
    "to=2026-02-31",
    "from=0001-01-01",
    "x=1",
  ])("are none when they are garbage: %s", (search) => {
    expect(readFilters(new URLSearchParams(search))).toEqual({});
  });

  it("come and go one at a time", () => {
    const search = withFilter(new URLSearchParams("action=login.refused"), "owner", id);
    expect(search.toString()).toBe(`action=login.refused&owner=${id}`);
    expect(withFilter(search, "action", "").toString()).toBe(`owner=${id}`);
  });
});

describe("the start of a day", () => {
  it.each<[string | null, number, Date | null]>([
    ["2026-12-31", 0, new Date(2026, 11, 31)],
    ["2026-12-31", 1, new Date(2027, 0, 1)],
    ["2028-02-29", 0, new Date(2028, 1, 29)],
    ["2026-02-29", 0, null],
    ["2026-13-01", 0, null],
    ["20260101", 0, null],
    ["", 0, null],
    [null, 0, null],
  ])("%j + %i", (text, after, expected) => {
    expect(startOfDay(text, after)).toBe(expected?.toISOString() ?? null);
  });
});
