import { describe, expect, it } from "vitest";
import { readRetryAfter, toFailure } from "./failure";
import { HttpError } from "./http";

function answered(status: number, data: unknown, headers: Record<string, string> = {}): HttpError {
  return new HttpError({ status, data, headers: new Headers(headers) });
}

describe("toFailure", () => {
  it("reads a problem document", () => {
    const body = {
      type: "urn:kontor:problem:invalid-input",
      title: "Invalid input",
      status: 422,
      errors: [{ path: "/email", code: "required", message: "m" }],
    };
    expect(toFailure(answered(422, body))).toEqual({ kind: "problem", problem: body, retryAfterSeconds: null });
  });

  it("keeps the members of a problem's own type apart", () => {
    const body = { type: "t", title: "x", status: 401, instance: "/i", mfa_token: "abc", expires_in: 300 };
    expect(toFailure(answered(401, body))).toEqual({
      kind: "problem",
      problem: { type: "t", title: "x", status: 401 },
      retryAfterSeconds: null,
      extra: { mfa_token: "abc", expires_in: 300 },
    });
  });

  it("drops entries that are no field errors", () => {
    const failure = toFailure(answered(422, { type: "t", title: "x", status: 422, errors: [null, 1, { path: "/a" }] }));
    expect(failure).toMatchObject({ kind: "problem", problem: { errors: [] } });
  });

  it.each([["<html>Bad gateway</html>"], [null], [[]], [{ type: 1, title: "x", status: 502 }], [""]])(
    "takes %j for no problem document",
    (data) => {
      expect(toFailure(answered(502, data))).toEqual({ kind: "unexpected", status: 502, retryAfterSeconds: null });
    },
  );

  it("tells no answer from a call given up", () => {
    expect(toFailure(new HttpError(null))).toEqual({ kind: "network" });
    expect(toFailure(new HttpError(null, true))).toEqual({ kind: "cancelled" });
  });

  it("keeps Retry-After", () => {
    expect(toFailure(answered(503, "", { "retry-after": "7" }))).toMatchObject({ retryAfterSeconds: 7 });
  });
});

describe("readRetryAfter", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  it.each([
    ["0", 0],
    ["120", 120],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", null],
    ["-1x", null],
    ["", null],
    [undefined, null],
  ])("%j → %j", (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });
});
