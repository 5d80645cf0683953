import { describe, expect, it } from "vitest";
import { home, loginPath, safeReturnTo } from "./returnTo";

describe("safeReturnTo", () => {
  it.each([
    ["/charts", "/charts"],
    ["/charts/7?span=1d#volume", "/charts/7?span=1d#volume"],
    ["/charts?next=https://example.com/", "/charts?next=https://example.com/"],
    ["/notes/100%25", "/notes/100%25"],
    ["/a/../charts", "/charts"],
    ["/länder", "/l%C3%A4nder"],
  ])("keeps %j", (raw, kept) => {
    expect(safeReturnTo(raw)).toBe(kept);
  });

  it.each([
    null,
    undefined,
    "",
    "charts",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "HTTPS:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "/%2Fevil.example",
    "/%2f%2fevil.example",
    "%2F%2Fevil.example",
    "/%5Cevil.example",
    "/%255Cevil.example",
    "/%252Fevil.example",
    "/%25252Fevil.example",
    "/%09/evil.example",
    "/.//evil.example",
    "/charts/..//evil.example",
    "/%2e//evil.example",
    "/broken%",
    "/%ff",
    "//user@evil.example",
    "/\u0000",
  ])("refuses %j", (raw) => {
    expect(safeReturnTo(raw)).toBe(home);
  });

  it("refuses what is far too long", () => {
    expect(safeReturnTo(`/${"a".repeat(1999)}`)).not.toBe(home);
    expect(safeReturnTo(`/${"a".repeat(2000)}`)).toBe(home);
  });

  it.each([
    "/",
    "/login",
    "/login/",
    "/login?return_to=/x",
    "/register",
    "/setup#token=t",
    "/forgot",
    "/reset",
    "/confirm",
  ])("does not return to the entrance %j", (raw) => {
    expect(safeReturnTo(raw)).toBe(home);
  });
});

describe("loginPath", () => {
  it("remembers where somebody wanted to go", () => {
    const from = { pathname: "/charts", search: "?span=1d", hash: "#v" };
    const path = loginPath(from);
    expect(path).toBe("/login?return_to=%2Fcharts%3Fspan%3D1d%23v");
    expect(safeReturnTo(new URL(path, "http://x").searchParams.get("return_to"))).toBe("/charts?span=1d#v");
  });

  it("says nothing about the page that comes anyway", () => {
    expect(loginPath({ pathname: home, search: "", hash: "" })).toBe("/login");
  });
});
