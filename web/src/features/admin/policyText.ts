/** What is wrong with edited rules, beside the rule it is about: found here, or by the server. */
import type { TFunction } from "i18next";
import type { Failure } from "@/api/failure";
import { failureText } from "@/i18n/problemText";
import {
  bounds,
  lineOfPointer,
  type Mistake,
  type NumberRule,
  numberRules,
  type RuleName,
  ruleNames,
} from "./policyDraft";

/** Where the texts of a rule stand. */
export const textsOf = {
  password_min_length: "passwordMinLength",
  runs_at_once: "runsAtOnce",
  tokens_per_day: "tokensPerDay",
} as const;

export type RuleTexts = Partial<Record<RuleName, string[]>>;

export function mistakeTexts(mistakes: Mistake[], t: TFunction<"admin">): RuleTexts {
  const texts: RuleTexts = {};
  for (const mistake of mistakes) (texts[mistake.rule] ??= []).push(mistakeText(mistake, t));
  return texts;
}

function mistakeText(mistake: Mistake, t: TFunction<"admin">): string {
  if (mistake.kind === "wrong") return wrongNumber(mistake.rule, t);
  if (mistake.kind === "needed") return t("policy.allowedEmails.needed");
  const problem = t(`policy.allowedEmails.${mistake.kind}`, { text: mistake.text });
  return t("policy.allowedEmails.line", { line: mistake.line, problem });
}

function wrongNumber(rule: NumberRule, t: TFunction<"admin">): string {
  return t(`policy.${textsOf[rule]}.wrong`, bounds[rule]);
}

export interface RefusalTexts {
  rules: RuleTexts;
  /** What is about no rule, or about one whose field cannot be wrong by itself. */
  form: string | null;
}

/** `list`: the addresses as they stood in their field, because the server counts addresses and people count lines. */
export function refusalTexts(failure: Failure, list: string, t: TFunction<"admin">, common: TFunction): RefusalTexts {
  const errors = failure.kind === "problem" ? (failure.problem.errors ?? []) : [];
  if (errors.length === 0) return { rules: {}, form: failureText(failure, common) };
  const rules: RuleTexts = {};
  const rest: string[] = [];
  for (const { path, message } of errors) {
    const name = ruleNames.find((rule) => path === `/${rule}` || path.startsWith(`/${rule}/`));
    const number = numberRules.find((rule) => rule === name);
    const at = lineOfPointer(path, list);
    if (at) {
      const problem = t("policy.allowedEmails.notAnEmail", { text: at.text });
      (rules.allowed_emails ??= []).push(t("policy.allowedEmails.line", { line: at.line, problem }));
    } else if (name === "allowed_emails") {
      rules.allowed_emails = [list.trim() === "" ? t("policy.allowedEmails.needed") : message];
    } else if (number) {
      rules[number] = [wrongNumber(number, t)];
    } else {
      rest.push(message);
    }
  }
  return { rules, form: rest.length > 0 ? rest.join(" ") : null };
}
