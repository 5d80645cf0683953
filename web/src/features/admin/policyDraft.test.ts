import { describe, expect, it } from "vitest";
import type { AdminPolicy } from "@/api/types";
import {
  addressesOf,
  changesOf,
  check,
  type Edits,
  isChanged,
  lineOfPointer,
  type Mistake,
  shown,
} from "./policyDraft";

const plain: AdminPolicy = {
  registration: { value: "open", default: "open", overridden: false },
  allowed_emails: { value: [], default: [], overridden: false },
  password_min_length: { value: 8, default: 8, overridden: false },
  second_factor_for: { value: "nobody", default: "nobody", overridden: false },
  runs_at_once: { value: 4, default: 4, overridden: false },
  tokens_per_day: { value: 0, default: 0, overridden: false },
};

const chosen: AdminPolicy = {
  registration: { value: "allowlist", default: "open", overridden: true },
  allowed_emails: { value: ["ann@example.com", "bob@example.com"], default: ["ann@example.com"], overridden: true },
  password_min_length: { value: 15, default: 8, overridden: true },
  second_factor_for: { value: "admins", default: "nobody", overridden: true },
  runs_at_once: { value: 2, default: 4, overridden: true },
  tokens_per_day: { value: 0, default: 50_000, overridden: true },
};

describe("the fields", () => {
  it("show what holds", () => {
    expect(shown(chosen, {})).toEqual({
      registration: "allowlist",
      allowed_emails: "ann@example.com\nbob@example.com",
      password_min_length: "15",
      second_factor_for: "admins",
      runs_at_once: "2",
      tokens_per_day: "0",
    });
  });

  it("show the default where somebody went back to it, and what was typed as it was typed", () => {
    const edits: Edits = {
      registration: null,
      allowed_emails: null,
      password_min_length: " 1",
      second_factor_for: null,
      runs_at_once: null,
      tokens_per_day: null,
    };
    expect(shown(chosen, edits)).toEqual({
      registration: "open",
      allowed_emails: "ann@example.com",
      password_min_length: " 1",
      second_factor_for: "nobody",
      runs_at_once: "4",
      tokens_per_day: "50000",
    });
  });

  it("follow the server where nobody touched them", () => {
    const edits: Edits = { registration: "closed" };
    expect(shown(chosen, edits).password_min_length).toBe("15");
    expect(changesOf(chosen, edits)).toEqual({ registration: "closed" });
  });
});

describe("what is sent", () => {
  it.each<[string, AdminPolicy, Edits, object]>([
    ["nothing", chosen, {}, {}],
    ["nothing for what holds anyway", chosen, { registration: "allowlist", password_min_length: " 15 " }, {}],
    ["nothing for a way back where nothing was chosen", plain, { registration: null, allowed_emails: null }, {}],
    [
      "null for a way back",
      chosen,
      { password_min_length: null, allowed_emails: null },
      { password_min_length: null, allowed_emails: null },
    ],
    [
      "zero for no limit, where the setting has one",
      { ...chosen, tokens_per_day: { value: 50_000, default: 50_000, overridden: false } },
      { runs_at_once: " 1", tokens_per_day: "0" },
      { runs_at_once: 1, tokens_per_day: 0 },
    ],
    ["null for the way back to a limit", chosen, { tokens_per_day: null }, { tokens_per_day: null }],
    ["a number for a length", plain, { password_min_length: "12" }, { password_min_length: 12 }],
    [
      "a list for lines",
      plain,
      { allowed_emails: " a@x.org \n\n b@x.org,c@x.org" },
      { allowed_emails: ["a@x.org", "b@x.org", "c@x.org"] },
    ],
    ["an empty list", chosen, { allowed_emails: "\n" }, { allowed_emails: [] }],
    [
      "nothing for the same list with other spaces",
      chosen,
      { allowed_emails: "ann@example.com\n\nbob@example.com\n" },
      {},
    ],
    [
      "all of it",
      plain,
      { registration: "closed", second_factor_for: "everybody", password_min_length: "20", allowed_emails: "a@x.org" },
      { registration: "closed", second_factor_for: "everybody", password_min_length: 20, allowed_emails: ["a@x.org"] },
    ],
  ])("%s", (_, policy, edits, change) => {
    expect(changesOf(policy, edits)).toEqual(change);
  });

  it("counts as a change exactly when it is sent", () => {
    expect(isChanged(plain, {}, "registration")).toBe(false);
    expect(isChanged(plain, { registration: "closed" }, "registration")).toBe(true);
    expect(isChanged(plain, { registration: null }, "registration")).toBe(false);
    expect(isChanged(chosen, { registration: null }, "registration")).toBe(true);
  });
});

describe("mistakes", () => {
  it.each<[string, AdminPolicy, Edits, Mistake[]]>([
    ["none", chosen, {}, []],
    ["a list without addresses", plain, { registration: "allowlist" }, [{ rule: "allowed_emails", kind: "needed" }]],
    ["a list that is emptied", chosen, { allowed_emails: " \n" }, [{ rule: "allowed_emails", kind: "needed" }]],
    ["none when the list is not used", plain, { allowed_emails: "" }, []],
    [
      "what is no address, and what stands there twice, by line",
      plain,
      { allowed_emails: "a@x.org\n\nnobody\nA@X.org" },
      [
        { rule: "allowed_emails", kind: "notAnEmail", line: 3, text: "nobody" },
        { rule: "allowed_emails", kind: "twice", line: 4, text: "A@X.org" },
      ],
    ],
    ["none at the limits: 8", plain, { password_min_length: "8" }, []],
    ["none at the limits: 64", plain, { password_min_length: "64" }, []],
    ["none at the least limits of an account", plain, { runs_at_once: "1", tokens_per_day: "0" }, []],
    ["none at the greatest", plain, { runs_at_once: "100", tokens_per_day: " 1000000000000 " }, []],
    [
      "limits that are too low, or none",
      plain,
      { runs_at_once: "0", tokens_per_day: "-1" },
      [
        { rule: "runs_at_once", kind: "wrong" },
        { rule: "tokens_per_day", kind: "wrong" },
      ],
    ],
    [
      "limits that are too high, or none",
      plain,
      { runs_at_once: "101", tokens_per_day: "1000000000001" },
      [
        { rule: "runs_at_once", kind: "wrong" },
        { rule: "tokens_per_day", kind: "wrong" },
      ],
    ],
    [
      "limits that are no numbers",
      plain,
      { runs_at_once: "", tokens_per_day: "1e6" },
      [
        { rule: "runs_at_once", kind: "wrong" },
        { rule: "tokens_per_day", kind: "wrong" },
      ],
    ],
    ...["7", "65", "", "8.5", "1e2", "-9", "eight", "99999999999"].map(
      (text): [string, AdminPolicy, Edits, Mistake[]] => [
        `the length ${JSON.stringify(text)}`,
        plain,
        { password_min_length: text },
        [{ rule: "password_min_length", kind: "wrong" }],
      ],
    ),
  ])("%s", (_, policy, edits, mistakes) => {
    expect(check(policy, edits)).toEqual(mistakes);
  });
});

describe("a complaint of the server about an address", () => {
  const text = "a@x.org\n\nb@x.org, c@x.org";
  it.each<[string, ReturnType<typeof lineOfPointer>]>([
    ["/allowed_emails/0", { line: 1, text: "a@x.org" }],
    ["/allowed_emails/2", { line: 3, text: "c@x.org" }],
    ["/allowed_emails/3", null],
    ["/allowed_emails", null],
    ["/allowed_emails/-1", null],
    ["/password_min_length", null],
  ])("%s", (path, line) => {
    expect(lineOfPointer(path, text)).toEqual(line);
  });

  it("counts addresses as they are sent", () => {
    expect(addressesOf(text)).toEqual(["a@x.org", "b@x.org", "c@x.org"]);
  });
});
