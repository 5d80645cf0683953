/** What is wrong with edited rules, beside the rule it is about: found here, or by the server. */
import type { TFunction } from "i18next";
import type { Failure } from "@/api/failure";
import { failureText } from "@/i18n/problemText";
import { lineOfPointer, longestAllowed, type Mistake, type RuleName, ruleNames, shortestAllowed } from "./policyDraft";

export type RuleTexts = Partial<Record<RuleName, string[]>>;

export function mistakeTexts(mistakes: Mistake[], t: TFunction<"admin">): RuleTexts {
  const texts: RuleTexts = {};
  for (const mistake of mistakes) (texts[mistake.rule] ??= []).push(mistakeText(mistake, t));
  return texts;
}

function mistakeText(mistake: Mistake, t: TFunction<"admin">): string {
  if (mistake.rule === "password_min_length") {
    return t("policy.passwordMinLength.wrong", { min: shortestAllowed, max: longestAllowed });
  }
  if (mistake.kind === "needed") return t("policy.allowedEmails.needed");
  const problem = t(`policy.allowedEmails.${mistake.kind}`, { text: mistake.text });
  return t("policy.allowedEmails.line", { line: mistake.line, problem });
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
    const at = lineOfPointer(path, list);
    if (at) {
      const problem = t("policy.allowedEmails.notAnEmail", { text: at.text });
      (rules.allowed_emails ??= []).push(t("policy.allowedEmails.line", { line: at.line, problem }));
    } else if (name === "allowed_emails") {
      rules.allowed_emails = [list.trim() === "" ? t("policy.allowedEmails.needed") : message];
    } else if (name === "password_min_length") {
      rules[name] = [t("policy.passwordMinLength.wrong", { min: shortestAllowed, max: longestAllowed })];
    } else {
      rest.push(message);
    }
  }
  return { rules, form: rest.length > 0 ? rest.join(" ") : null };
}
