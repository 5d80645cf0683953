// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "@/api/failure";
import type { FieldErrorCode } from "@/api/types";
import { i18n } from "@/i18n";
import "./texts";
import { mistakeTexts, refusalTexts } from "./policyText";

beforeAll(() => i18n.changeLanguage("en"));

const t = i18n.getFixedT("en", "admin");
const common = i18n.getFixedT("en");

function refused(...errors: [path: string, code: string][]): Failure {
  return {
    kind: "problem",
    problem: {
      type: "urn:kontor:problem:invalid-input",
      title: "Some fields are not right.",
      status: 422,
      errors: errors.map(([path, code]) => ({ path, code: code as FieldErrorCode, message: `server says ${code}` })),
    },
    retryAfterSeconds: null,
  };
}

describe("what is wrong with the rules", () => {
  it("names the line of the list", () => {
    const texts = mistakeTexts([{ rule: "allowed_emails", kind: "notAnEmail", line: 3, text: "nobody" }], t);
    expect(texts).toEqual({ allowed_emails: ["Line 3: “nobody” does not look like an address."] });
  });

  it("stands beside its rule, also when the server says it", () => {
    const failure = refused(["/allowed_emails/1", "not_an_email"], ["/password_min_length", "wrong_type"]);
    const { rules, form } = refusalTexts(failure, "a@x.org\n\nb@x", t, common);
    expect(rules.allowed_emails).toEqual(["Line 3: “b@x” does not look like an address."]);
    expect(rules.password_min_length).toEqual(["Please enter a whole number from 8 to 64."]);
    expect(form).toBeNull();
  });

  it("says what a limit of an account may be, whoever found it wrong", () => {
    const limits = {
      runs_at_once: ["Please enter a whole number from 1 to 100."],
      tokens_per_day: ["Please enter a whole number up to one trillion, or 0 for no limit."],
    };
    const found = mistakeTexts(
      [
        { rule: "runs_at_once", kind: "wrong" },
        { rule: "tokens_per_day", kind: "wrong" },
      ],
      t,
    );
    expect(found).toEqual(limits);
    const failure = refused(["/runs_at_once", "not_allowed"], ["/tokens_per_day", "wrong_type"]);
    expect(refusalTexts(failure, "", t, common)).toEqual({ rules: limits, form: null });
  });

  it("tells an empty list from one the server does not like", () => {
    const failure = refused(["/allowed_emails", "required"]);
    expect(refusalTexts(failure, "", t, common).rules.allowed_emails?.[0]).toContain("at least one address");
    expect(refusalTexts(failure, "a@x.org", t, common).rules.allowed_emails).toEqual(["server says required"]);
  });

  it("stands above all of them when it is about none", () => {
    expect(refusalTexts(refused(["/registration", "not_allowed"]), "", t, common).form).toBe("server says not_allowed");
    expect(refusalTexts({ kind: "network" }, "", t, common).form).toContain("does not answer");
  });
});
