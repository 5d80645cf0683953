import { describe, expect, it } from "vitest";
import { codePoints } from "@/forms/checks";
import { loginSchema, registerSchema, tokenSchema } from "./credentials";

const limits = { passwordMin: 8, passwordMax: 128 };

function firstCheck(schema: typeof loginSchema, email: string, password: string): string | undefined {
  const result = schema.safeParse({ email, password });
  return result.success ? undefined : result.error.issues[0]?.message;
}

describe("codePoints", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["äöü", 3],
    ["😀😀", 2],
    ["e\u0301", 2],
    ["👩‍💻", 3],
  ])("%j has %i", (text, count) => {
    expect(codePoints(text)).toBe(count);
  });
});

describe("a new password", () => {
  const schema = registerSchema(limits);
  it.each([
    ["", "password.required"],
    ["1234567", "password.too_short"],
    ["12345678", undefined],
    ["😀".repeat(7), "password.too_short"], // 14 UTF-16 units
    ["😀".repeat(8), undefined],
    [" ".repeat(8), undefined],
    ["x".repeat(128), undefined],
    ["😀".repeat(128), undefined], // 256 UTF-16 units
    ["x".repeat(129), "password.too_long"],
  ])("%j → %s", (password, check) => {
    expect(firstCheck(schema, "a@b.example", password)).toBe(check);
  });

  it("is handed on exactly as typed", () => {
    const typed = { email: "a@b.example", password: " Pass phrase Xy 15 " };
    expect(schema.parse(typed)).toEqual(typed);
  });
});

describe("an address", () => {
  it.each([
    ["", "email.required"],
    ["   ", "email.required"],
    ["name", "email.not_an_email"],
    ["@example.com", "email.not_an_email"],
    ["name@", "email.not_an_email"],
    ["name@example.com", undefined],
    [" name@example.com\n", undefined],
    ["jürgen@bücher.example", undefined],
    ['"odd @ name"@example.com', undefined],
  ])("%j → %s", (email, check) => {
    expect(firstCheck(loginSchema, email, "x")).toBe(check);
  });
});

it("an old password may be short", () => {
  expect(firstCheck(loginSchema, "a@b.example", "x")).toBeUndefined();
});

describe("a new token", () => {
  const token = { name: "Backup", scopes: ["account:read"], addresses: "" };
  it.each([
    [{}, undefined],
    [{ name: "   " }, "token_name.required"],
    [{ name: "x".repeat(100) }, undefined],
    [{ name: "x".repeat(101) }, "token_name.too_long"],
    [{ scopes: [] }, "scopes.required"],
  ])("%j → %s", (change, check) => {
    expect(tokenSchema.safeParse({ ...token, ...change }).error?.issues[0]?.message).toBe(check);
  });
});
