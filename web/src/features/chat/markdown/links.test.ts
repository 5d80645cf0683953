import { expect, it } from "vitest";
import { safeAddress } from "./links";

it.each([
  ["https://example.com/a?b#c", "https://example.com/a?b#c"],
  ["http://example.com", "http://example.com/"],
  ["HTTPS://EXAMPLE.com", "https://example.com/"],
  ["mailto:ann@example.com", "mailto:ann@example.com"],
])("%j is followed", (raw, href) => {
  expect(safeAddress(raw)).toBe(href);
});

it.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  " javascript:alert(1)",
  "java\nscript:alert(1)",
  "java\tscript:alert(1)",
  "\u0001javascript:alert(1)",
  "javascript&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://example.com/x",
  "file:///etc/passwd",
  "ftp://example.com",
  "tel:1",
  "//evil.example",
  "/account",
  "account",
  "#here",
  "?q",
  "https://",
  "",
  null,
  undefined,
  7,
  `https://example.com/${"a".repeat(4000)}`,
])("%j is not", (raw) => {
  expect(safeAddress(raw)).toBeNull();
});
