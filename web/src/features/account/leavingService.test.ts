// @vitest-environment jsdom
import { expect, it } from "vitest";
import { fileName } from "./leavingService";

it.each([
  ['attachment; filename="kontor-export-2026-01-31.zip"', "kontor-export-2026-01-31.zip"],
  ['attachment; filename="../../evil"', "kontor-export.zip"],
  ["attachment", "kontor-export.zip"],
  ["", "kontor-export.zip"],
  [undefined, "kontor-export.zip"],
])("%j is saved as %s", (disposition, name) => {
  expect(fileName(disposition)).toBe(name);
});
