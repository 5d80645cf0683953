/**
 * What a failure says to a person. Codes and types we know are translated; those we do not know show the server's own
 * words, which are better than a guess.
 */
import type { TFunction } from "i18next";
import { type Failure, problemType } from "@/api/failure";
import type { FieldError } from "@/api/types";

export interface Limits {
  passwordMin: number;
  passwordMax: number;
}

/** The numbers of api/openapi.yaml, for pages that have not read the policy. */
export const defaultLimits: Limits = { passwordMin: 8, passwordMax: 128 };

export interface FormMessages<Name extends string> {
  /** One message per field, in the order of `fields`. */
  fields: { name: Name; message: string }[];
  /** What belongs to no field of this form, or null. */
  form: string | null;
}

/** Sorts a failure of a submitted form into messages beside fields and one for the whole form. */
export function formMessages<Name extends string>(
  failure: Failure,
  fields: readonly Name[],
  t: TFunction,
  limits: Limits = defaultLimits,
): FormMessages<Name> {
  const byField = new Map<Name, string>();
  const rest: string[] = [];
  if (failure.kind === "problem") {
    const { type, errors = [] } = failure.problem;
    const has = (name: string): Name | undefined => fields.find((field) => field === name);
    // A list is one field of the form: what is wrong with an entry is told beside it.
    const owns = (path: string): Name | undefined =>
      has(pointerToName(path)) ?? has(pointerToName(path.replace(/(?<=.)\/.*/s, "")));
    for (const error of errors) {
      const name = owns(error.path);
      const text = fieldErrorText(error, t, limits);
      if (!name) rest.push(text);
      else if (!byField.has(name)) byField.set(name, text);
    }
    const blamed = fieldsOfProblem.get(type)?.map(has).find(Boolean);
    if (blamed) byField.set(blamed, failureText(failure, t));
  }
  const ordered = fields.flatMap((name) => {
    const message = byField.get(name);
    return message === undefined ? [] : [{ name, message }];
  });
  if (rest.length > 0) return { fields: ordered, form: rest.join(" ") };
  return { fields: ordered, form: ordered.length > 0 ? null : failureText(failure, t) };
}

/** Problems that are about one field, under the names it has in forms. */
const fieldsOfProblem = new Map<string, string[]>([
  [problemType.addressRefused, ["base_url", "endpoint"]],
  [problemType.credentialsElsewhere, ["api_key"]],
  [problemType.emailTaken, ["email"]],
  [problemType.registrationNotAllowed, ["email"]],
  [problemType.wrongCode, ["code"]],
  [problemType.wrongPassword, ["current_password", "password"]],
]);

/** Problems whose text needs nothing but its key. */
const plainTexts = {
  [problemType.addressRefused]: "problem.addressRefused",
  [problemType.credentialsElsewhere]: "problem.credentialsElsewhere",
  [problemType.emailTaken]: "problem.emailTaken",
  [problemType.exchangeBusy]: "problem.exchangeBusy",
  [problemType.exchangeUnreachable]: "problem.exchangeUnreachable",
  [problemType.factorExists]: "problem.factorExists",
  [problemType.factorNotBegun]: "problem.factorNotBegun",
  [problemType.deactivated]: "problem.deactivated",
  [problemType.forbidden]: "problem.forbidden",
  [problemType.insufficientScope]: "problem.forbidden",
  [problemType.invalidCredentials]: "problem.invalidCredentials",
  [problemType.invalidToken]: "login.notice.required",
  [problemType.keyMayWithdraw]: "problem.keyMayWithdraw",
  [problemType.lastAdmin]: "problem.lastAdmin",
  [problemType.linkNotValid]: "problem.linkNotValid",
  [problemType.notConfigured]: "problem.notConfigured",
  [problemType.notFound]: "problem.notFound",
  [problemType.mailNotConfigured]: "problem.mailNotConfigured",
  [problemType.noFactor]: "problem.noFactor",
  [problemType.originNotAllowed]: "problem.originNotAllowed",
  [problemType.registrationClosed]: "problem.registrationClosed",
  [problemType.registrationNotAllowed]: "problem.registrationNotAllowed",
  [problemType.secondFactorEnrolmentRequired]: "factor.mandatory",
  [problemType.secondFactorExpired]: "login.code.expired",
  [problemType.secondFactorMandatory]: "factor.stays",
  [problemType.secondFactorRequired]: "problem.secondFactorRequired",
  [problemType.secretUnreadable]: "problem.secretUnreadable",
  [problemType.sessionEnded]: "login.notice.required",
  [problemType.stepUpRequired]: "problem.stepUpRequired",
  [problemType.storageFull]: "problem.storageFull",
  [problemType.tokenNotAccepted]: "problem.forbidden",
  [problemType.tooManyCharts]: "problem.tooManyCharts",
  [problemType.tooManyFavourites]: "problem.tooManyFavourites",
  [problemType.tooManyLayouts]: "problem.tooManyLayouts",
  [problemType.tooManySecrets]: "problem.tooManySecrets",
  [problemType.tooManyTokens]: "problem.tooManyTokens",
  [problemType.tooManyWatches]: "problem.tooManyWatches",
  [problemType.unauthenticated]: "login.notice.required",
  [problemType.versionChanged]: "problem.versionChanged",
  [problemType.wrongCode]: "problem.wrongCode",
  [problemType.wrongPassword]: "problem.wrongPassword",
} as const;

/** A failure as one sentence. */
export function failureText(failure: Failure, t: TFunction): string {
  switch (failure.kind) {
    case "network":
    case "cancelled":
      return t("problem.network");
    case "unexpected":
      return (
        waitText(failure.status, failure.retryAfterSeconds, t) ?? t("problem.unexpected", { status: failure.status })
      );
    case "problem": {
      const { type, title, detail, status, request_id } = failure.problem;
      const locked = lockedText(type, detail, t);
      if (locked !== null) return locked;
      // What waits for the exchange is no fault of the desk.
      if (type === problemType.exchangeBusy || type === problemType.exchangeUnreachable) return t(plainTexts[type]);
      const wait =
        type === problemType.tooManyRequests
          ? requestsText(failure.retryAfterSeconds, t)
          : waitText(status, failure.retryAfterSeconds, t);
      if (wait !== null) return wait;
      if (Object.hasOwn(plainTexts, type)) return t(plainTexts[type as keyof typeof plainTexts]);
      const text = status >= 500 ? t("problem.internal") : (detail ?? title);
      return request_id && status >= 500 ? `${text} ${t("problem.reference", { id: request_id })}` : text;
    }
  }
}

/** Waiting does not help here; whoever runs the server needs the words it has for the key. */
function lockedText(type: string, detail: string | undefined, t: TFunction): string | null {
  if (type !== problemType.vaultKeyMissing && type !== problemType.vaultKeyWrong) return null;
  const text = type === problemType.vaultKeyMissing ? t("problem.vaultKeyMissing") : t("problem.vaultKeyWrong");
  return detail ? `${text} ${t("problem.serverSays", { detail })}` : text;
}

function waitText(status: number, seconds: number | null, t: TFunction): string | null {
  if (status !== 429 && status !== 503) return null;
  if (status === 429) return seconds ? throttledText(seconds, t) : t("problem.throttled");
  return seconds ? t("problem.busyFor", { count: seconds }) : t("problem.busy");
}

/** Not a wrong guess too many, only too much at once. */
function requestsText(seconds: number | null, t: TFunction): string {
  return seconds ? t("problem.tooManyRequestsFor", { count: seconds }) : t("problem.tooManyRequests");
}

/** Too many attempts, and how long to wait: in seconds while a person can count them. */
export function throttledText(seconds: number, t: TFunction): string {
  if (seconds <= 120) return t("problem.throttledFor", { count: seconds });
  return t("problem.throttledForMinutes", { count: Math.ceil(seconds / 60) });
}

function fieldErrorText(error: FieldError, t: TFunction, limits: Limits): string {
  const name = pointerToName(error.path);
  if (name === "email") {
    switch (error.code) {
      case "required":
        return t("fieldError.email.required");
      case "too_long":
        return t("fieldError.email.too_long");
      case "not_an_email":
        return t("fieldError.email.not_an_email");
      case "email_not_supported":
        return t("fieldError.email.email_not_supported");
    }
  }
  if (name.split("/")[0] === "addresses") return t("fieldError.addresses");
  if ((name === "api_key" || name === "api_secret" || name === "passphrase") && error.code === "not_allowed") {
    return t("fieldError.api_key.not_allowed");
  }
  if (name === "current_password" && error.code === "required") return t("fieldError.current_password.required");
  if (name === "password" || name === "new_password") {
    switch (error.code) {
      case "required":
        return t("fieldError.password.required");
      case "too_short":
        return t("fieldError.password.too_short", { count: limits.passwordMin });
      case "too_long":
        return t("fieldError.password.too_long", { count: limits.passwordMax });
      case "contains_nul":
        return t("fieldError.password.contains_nul");
      case "common_password":
        return t("fieldError.password.common_password");
      case "contains_product_name":
        return t("fieldError.password.contains_product_name");
      case "contains_email":
        return t("fieldError.password.contains_email");
    }
  }
  switch (error.code) {
    case "required":
      return t("fieldError.required");
    case "unknown_member":
      return t("fieldError.unknown_member");
    case "wrong_type":
      return t("fieldError.wrong_type");
    case "not_allowed":
      return t("fieldError.not_allowed");
    case "too_long":
      return t("fieldError.too_long");
    case "unknown_symbol":
      return t("fieldError.unknown_symbol");
    case "unknown_chart":
      return t("fieldError.unknown_chart");
    case "invalid_url":
      return t("fieldError.address.not_an_address");
    default:
      return error.message;
  }
}

/** `/password` → `password` (RFC 6901, one level; deeper paths keep their slashes and match no field). */
function pointerToName(path: string): string {
  return path.startsWith("/") ? path.slice(1).replaceAll("~1", "/").replaceAll("~0", "~") : path;
}
