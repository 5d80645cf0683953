import { expect, it } from "vitest";
import { isTooMuch } from "./tooMuch";

const row = (cells: number, text = "a") => `|${`${text}|`.repeat(cells)}`;
const table = (columns: number, rows: number) =>
  [row(columns), row(columns, "-"), ...Array.from({ length: rows }, () => "|b")].join("\n");
/** Each row is counted with one cell more than it has. */
const mostRows = (columns: number) => Math.floor(10_000 / (columns + 2));

it.each<[string, (size: number) => string, number]>([
  ["characters", (size) => "a".repeat(size), 64 * 1024],
  ["lines", (size) => Array.from({ length: size }, () => "a").join("\n"), 4000],
  ["signs", (size) => "[".repeat(size), 4000],
  ["pipes outside of a table", (size) => "a|".repeat(size), 4000],
  ["addresses", (size) => "www.a ".repeat(size), 4000],
  ["mail addresses", (size) => "a@b.c ".repeat(size), 4000],
  ["pictures", (size) => "![".repeat(size), 800],
  ["quotes in quotes", (size) => `${">".repeat(size)} a`, 40],
  ["a deep column", (size) => `${" ".repeat(size - 2)}- a`, 160],
  ["stars that are open", (size) => "*a ".repeat(size), 100],
  ["stars at a time", (size) => `${"*".repeat(size)}a${"*".repeat(size)}`, 100],
  ["stars between brackets and others", (size) => `${"*a ".repeat(size - 1)}(_(`, 100],
  ["rows of ten cells", (size) => table(10, size), mostRows(10) - 1],
  ["rows of ten cells below a text", (size) => `a *b* c\n${table(10, size)}\n\nd`, mostRows(10) - 1],
  ["rows of ten cells in a quote", (size) => table(10, size).replace(/^/gm, "> "), mostRows(10) - 1],
])("%s: so many, and not one more", (_, make, most) => {
  expect([isTooMuch(make(most)), isTooMuch(make(most + 1))]).toEqual([false, true]);
});

it.each([
  ["a table of many stars", `${row(8)}\n${row(8, "---")}\n${`${row(8, "**a**")}\n`.repeat(300)}`],
  ["names with underscores", "THE_NAME_OF_A_SETTING\n".repeat(500)],
  ["about how much", "~5 % or ~10 %, ".repeat(300)],
  ["entries that begin with a star each", "* *a* and *b\n".repeat(300)],
  ["paragraphs in which nothing closes", "*a and **b\n\n".repeat(300)],
  ["products", "2*3 + 4 * 5 = 26. ".repeat(300)],
  ["a list of tasks", "- [x] **done**: `a`\n".repeat(300)],
])("%s can be drawn", (_, markdown) => {
  expect(isTooMuch(markdown)).toBe(false);
});

it.each([
  ["an empty entry closes no emphasis", "*a\n+ \n".repeat(101)],
  ["an indented entry closes no emphasis", "*a\n      - b\n".repeat(101)],
  ["what only looks like a table", `a\n---\n${`${"[".repeat(900)}\n`.repeat(5)}`],
])("%s", (_, markdown) => {
  expect(isTooMuch(markdown)).toBe(true);
});
