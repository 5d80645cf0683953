import { describe, expect, it } from "vitest";
import { type Failure, problemType } from "@/api/failure";
import { imageOf, inGroups, readChallenge, recoveryFile, tidyCode } from "./secondFactor";

function refused(type: string, extra?: Record<string, unknown>): Failure {
  return {
    kind: "problem",
    problem: { type, title: "t", status: 401 },
    retryAfterSeconds: null,
    ...(extra && { extra }),
  };
}

describe("a challenge", () => {
  it("is read from the refusal", () => {
    const failure = refused(problemType.secondFactorRequired, { mfa_token: "abc", expires_in: 300 });
    expect(readChallenge(failure, 1_000)).toEqual({ token: "abc", expiresAt: 301_000 });
  });

  it.each<[string, Failure]>([
    ["another refusal", refused(problemType.invalidCredentials, { mfa_token: "abc", expires_in: 300 })],
    ["no members", refused(problemType.secondFactorRequired)],
    ["a token of another type", refused(problemType.secondFactorRequired, { mfa_token: 1, expires_in: 300 })],
    ["no end", refused(problemType.secondFactorRequired, { mfa_token: "abc" })],
    ["no answer", { kind: "network" }],
  ])("is not read from %s", (_, failure) => {
    expect(readChallenge(failure, 0)).toBeNull();
  });
});

it.each([
  ["123456", "123456"],
  [" 123 456\n", "123456"],
  ["123\u00a0456", "123456"],
  ["abcd-efgh", "abcd-efgh"],
])("the code %j is sent as %j", (typed, sent) => {
  expect(tidyCode(typed)).toBe(sent);
});

it.each([
  ["", ""],
  ["ABCD", "ABCD"],
  ["ABCDEFGH", "ABCD EFGH"],
  ["ABCDEFGHI", "ABCD EFGH I"],
])("the secret %j is shown as %j", (secret, shown) => {
  expect(inGroups(secret)).toBe(shown);
});

it("the server's drawing becomes an image that cannot leave its attribute", () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0" fill="#000"/></svg>';
  const image = imageOf(svg);
  expect(image).toMatch(/^data:image\/svg\+xml,[^"<>#\s]+$/);
  expect(decodeURIComponent(image.slice(image.indexOf(",") + 1))).toBe(svg);
});

it("the file of recovery codes says whose they are", async () => {
  expect(await recoveryFile(["a-1", "b-2"], "Codes of ann").text()).toBe("Codes of ann\n\na-1\nb-2\n");
});
