// @vitest-environment jsdom
import { expect, it } from "vitest";
import { i18n } from "@/i18n";
import { addressList, scopes, scopeText } from "./tokenScopes";

it.each([
  ["", []],
  [" , ;\n", []],
  ["192.0.2.7", ["192.0.2.7"]],
  ["192.0.2.0/24, 2001:db8::/32\n198.51.100.1", ["192.0.2.0/24", "2001:db8::/32", "198.51.100.1"]],
])("%j holds the addresses %j", (typed, addresses) => {
  expect(addressList(typed)).toEqual(addresses);
});

it("a scope that nobody knows yet shows its name", () => {
  expect(scopeText("orders:write", i18n.t)).toBe("orders:write");
  expect(scopeText("account:read", i18n.t)).not.toMatch(/account:read|tokens\./);
});

it("each scope is offered once", () => {
  expect(new Set(scopes.map(({ scope }) => scope)).size).toBe(scopes.length);
});
