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
    for (const error of errors) {
      const name = has(pointerToName(error.path));
      const text = fieldErrorText(error, t, limits);
      if (!name) rest.push(text);
      else if (!byField.has(name)) byField.set(name, text);
    }
    const blamed = errors.length === 0 ? has(fieldOfProblem.get(type) ?? "") : undefined;
    if (blamed) byField.set(blamed, failureText(failure, t));
  }
  const ordered = fields.flatMap((name) => {
    const message = byField.get(name);
    return message === undefined ? [] : [{ name, message }];
  });
  if (rest.length > 0) return { fields: ordered, form: rest.join(" ") };
  return { fields: ordered, form: ordered.length > 0 ? null : failureText(failure, t) };
}

/** Problems that are about one field, where the form has it. */
const fieldOfProblem = new Map<string, string>([
  [problemType.emailTaken, "email"],
  [problemType.registrationNotAllowed, "email"],
  [problemType.wrongCode, "code"],
  [problemType.wrongPassword, "current_password"],
]);

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
      const wait = waitText(status, failure.retryAfterSeconds, t);
      if (wait !== null) return wait;
      switch (type) {
        case problemType.invalidCredentials:
          return t("problem.invalidCredentials");
        case problemType.emailTaken:
          return t("problem.emailTaken");
        case problemType.registrationClosed:
          return t("problem.registrationClosed");
        case problemType.registrationNotAllowed:
          return t("problem.registrationNotAllowed");
        case problemType.deactivated:
          return t("problem.deactivated");
        case problemType.forbidden:
          return t("problem.forbidden");
        case problemType.lastAdmin:
          return t("problem.lastAdmin");
        case problemType.linkNotValid:
          return t("problem.linkNotValid");
        case problemType.notFound:
          return t("problem.notFound");
        case problemType.secondFactorExpired:
          return t("login.code.expired");
        case problemType.wrongCode:
          return t("problem.wrongCode");
        case problemType.wrongPassword:
          return t("problem.wrongPassword");
        case problemType.sessionEnded:
        case problemType.invalidToken:
        case problemType.unauthenticated:
          return t("login.notice.required");
        default: {
          const text = status >= 500 ? t("problem.internal") : (detail ?? title);
          return request_id && status >= 500 ? `${text} ${t("problem.reference", { id: request_id })}` : text;
        }
      }
    }
  }
}

function waitText(status: number, seconds: number | null, t: TFunction): string | null {
  if (status !== 429 && status !== 503) return null;
  if (status === 429) return seconds ? throttledText(seconds, t) : t("problem.throttled");
  return seconds ? t("problem.busyFor", { count: seconds }) : t("problem.busy");
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
    default:
      return error.message;
  }
}

/** `/password` → `password` (RFC 6901, one level; deeper paths keep their slashes and match no field). */
function pointerToName(path: string): string {
  return path.startsWith("/") ? path.slice(1).replaceAll("~1", "/").replaceAll("~0", "~") : path;
}
