/** The rules as an administrator edits them: what was touched, over what the server says. Pure; PolicyPage draws it. */
import type { AdminPolicy, AdminPolicyChange } from "@/api/types";

/** `null`: back to the default. A rule that is absent was not touched, and follows whatever the server says. */
export interface Edits {
  registration?: AdminPolicy["registration"]["value"] | null;
  /** As it stands in its field, one address per line. */
  allowed_emails?: string | null;
  /** As it stands in its field. */
  password_min_length?: string | null;
  second_factor_for?: AdminPolicy["second_factor_for"]["value"] | null;
  /** Both as they stand in their fields. */
  runs_at_once?: string | null;
  tokens_per_day?: string | null;
}

export type RuleName = keyof Edits;
export const ruleNames = [
  "registration",
  "allowed_emails",
  "password_min_length",
  "second_factor_for",
  "runs_at_once",
  "tokens_per_day",
] as const;

/** The rules that are whole numbers, and what the server takes. */
export const bounds = {
  password_min_length: { min: 8, max: 64 },
  runs_at_once: { min: 1, max: 100 },
  tokens_per_day: { min: 0, max: 1_000_000_000_000 },
} as const;
export type NumberRule = keyof typeof bounds;
export const numberRules = ["password_min_length", "runs_at_once", "tokens_per_day"] as const;

/** Of tokens per day: as many as one likes. */
export const noLimit = 0;

/** What the fields show. */
export interface Shown {
  registration: AdminPolicy["registration"]["value"];
  allowed_emails: string;
  password_min_length: string;
  second_factor_for: AdminPolicy["second_factor_for"]["value"];
  runs_at_once: string;
  tokens_per_day: string;
}

export function shown(policy: AdminPolicy, edits: Edits): Shown {
  const { registration, allowed_emails, password_min_length, second_factor_for, runs_at_once, tokens_per_day } = policy;
  return {
    registration: pick(edits.registration, registration),
    allowed_emails: pick(edits.allowed_emails, listAsText(allowed_emails)),
    password_min_length: pick(edits.password_min_length, asText(password_min_length)),
    second_factor_for: pick(edits.second_factor_for, second_factor_for),
    runs_at_once: pick(edits.runs_at_once, asText(runs_at_once)),
    tokens_per_day: pick(edits.tokens_per_day, asText(tokens_per_day)),
  };
}

function pick<Value>(edit: Value | null | undefined, rule: { value: Value; default: Value }): Value {
  if (edit === undefined) return rule.value;
  return edit === null ? rule.default : edit;
}

function listAsText(rule: { value: string[]; default: string[] }) {
  return { value: rule.value.join("\n"), default: rule.default.join("\n") };
}

function asText(rule: { value: number; default: number }) {
  return { value: String(rule.value), default: String(rule.default) };
}

/** What has to be sent; empty when nothing would change. Fields must have passed `check`. */
export function changesOf(policy: AdminPolicy, edits: Edits): AdminPolicyChange {
  const change: AdminPolicyChange = {};
  for (const name of ruleNames) if (isChanged(policy, edits, name)) assign(change, edits, name);
  return change;
}

function assign(change: AdminPolicyChange, edits: Edits, name: RuleName): void {
  switch (name) {
    case "registration":
      change.registration = edits.registration ?? null;
      break;
    case "allowed_emails":
      change.allowed_emails = typeof edits.allowed_emails === "string" ? addressesOf(edits.allowed_emails) : null;
      break;
    case "second_factor_for":
      change.second_factor_for = edits.second_factor_for ?? null;
      break;
    default: {
      const text = edits[name];
      change[name] = typeof text === "string" ? Number(text) : null;
    }
  }
}

/** Choosing what holds anyway is no change; choosing what is the default, where it was overridden, is none either. */
export function isChanged(policy: AdminPolicy, edits: Edits, name: RuleName): boolean {
  const edit = edits[name];
  if (edit === undefined) return false;
  if (edit === null) return policy[name].overridden;
  if (name === "allowed_emails") {
    return addressesOf(edit).join("\n") !== policy.allowed_emails.value.join("\n");
  }
  return edit.trim() !== String(policy[name].value);
}

/** One per line; spaces around and empty lines mean nothing, a pasted list with commas is one too. */
export function addressesOf(text: string): string[] {
  return linesOf(text).map(({ address }) => address);
}

function linesOf(text: string): { line: number; address: string }[] {
  return text.split("\n").flatMap((content, index) =>
    content
      .split(/[,;]/)
      .map((part) => part.trim())
      .filter((part) => part !== "")
      .map((address) => ({ line: index + 1, address })),
  );
}

export type Mistake =
  | { rule: "allowed_emails"; kind: "needed" }
  | { rule: "allowed_emails"; kind: "notAnEmail" | "twice"; line: number; text: string }
  | { rule: NumberRule; kind: "wrong" };

/** What the server would refuse, as far as that can be seen from here. */
export function check(policy: AdminPolicy, edits: Edits): Mistake[] {
  const now = shown(policy, edits);
  const mistakes: Mistake[] = [];
  const lines = linesOf(now.allowed_emails);
  if (now.registration === "allowlist" && lines.length === 0) mistakes.push({ rule: "allowed_emails", kind: "needed" });
  if (typeof edits.allowed_emails === "string") {
    const seen = new Set<string>();
    for (const { line, address } of lines) {
      const same = address.toLowerCase();
      if (!/^[^\s@]+@[^\s@]+$/u.test(address))
        mistakes.push({ rule: "allowed_emails", kind: "notAnEmail", line, text: address });
      else if (seen.has(same)) mistakes.push({ rule: "allowed_emails", kind: "twice", line, text: address });
      seen.add(same);
    }
  }
  for (const rule of numberRules) {
    const text = now[rule].trim();
    const { min, max } = bounds[rule];
    if (!/^\d{1,15}$/.test(text) || Number(text) < min || Number(text) > max) mistakes.push({ rule, kind: "wrong" });
  }
  return mistakes;
}

/** The line of the list that the server's complaint `/allowed_emails/3` is about; null when it is about something else. */
export function lineOfPointer(path: string, text: string): { line: number; text: string } | null {
  const match = /^\/allowed_emails\/(\d{1,6})$/.exec(path);
  const found = match && linesOf(text)[Number(match[1])];
  return found ? { line: found.line, text: found.address } : null;
}
