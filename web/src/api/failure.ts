/**
 * What can go wrong with a call, in the three shapes the pages care about. Everything that axios throws becomes one of
 * these at the door (`toFailure`), so that no page looks into an HTTP library's error.
 */
import { isAxiosError, isCancel } from "axios";
import type { FieldError, Problem } from "./types";

export const problemType = {
  deactivated: "urn:kontor:problem:deactivated",
  emailTaken: "urn:kontor:problem:email-taken",
  forbidden: "urn:kontor:problem:forbidden",
  invalidCredentials: "urn:kontor:problem:invalid-credentials",
  invalidInput: "urn:kontor:problem:invalid-input",
  invalidToken: "urn:kontor:problem:invalid-token",
  lastAdmin: "urn:kontor:problem:last-admin",
  linkNotValid: "urn:kontor:problem:link-not-valid",
  notFound: "urn:kontor:problem:not-found",
  registrationClosed: "urn:kontor:problem:registration-closed",
  registrationNotAllowed: "urn:kontor:problem:registration-not-allowed",
  secondFactorExpired: "urn:kontor:problem:second-factor-expired",
  secondFactorRequired: "urn:kontor:problem:second-factor-required",
  sessionEnded: "urn:kontor:problem:session-ended",
  tooManyAttempts: "urn:kontor:problem:too-many-attempts",
  unauthenticated: "urn:kontor:problem:unauthenticated",
  wrongCode: "urn:kontor:problem:wrong-code",
  wrongPassword: "urn:kontor:problem:wrong-password",
} as const;

export type Failure =
  /** No answer: server down, connection cut, time-out. */
  | { kind: "network" }
  /** The call was given up by the page itself. */
  | { kind: "cancelled" }
  /** The server answered with a problem document (RFC 9457); `extra` are members of its type, unchecked. */
  | { kind: "problem"; problem: Problem; retryAfterSeconds: number | null; extra?: Record<string, unknown> }
  /** Something answered, but not in the language of the contract (a proxy's error page, say). */
  | { kind: "unexpected"; status: number; retryAfterSeconds: number | null };

/** The form every rejected call takes. */
export class CallError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind === "problem" ? failure.problem.title : failure.kind);
    this.name = "CallError";
  }
}

export function failureOf(error: unknown): Failure {
  return error instanceof CallError ? error.failure : { kind: "unexpected", status: 0, retryAfterSeconds: null };
}

export function isProblem(failure: Failure, type: string): boolean {
  return failure.kind === "problem" && failure.problem.type === type;
}

export function toFailure(error: unknown, now = Date.now()): Failure {
  if (isCancel(error)) return { kind: "cancelled" };
  if (!isAxiosError(error)) return { kind: "unexpected", status: 0, retryAfterSeconds: null };
  const response = error.response;
  if (!response) return { kind: "network" };
  const retryAfterSeconds = readRetryAfter(response.headers?.["retry-after"], now);
  const problem = readProblem(response.data);
  if (problem) return { kind: "problem", problem, retryAfterSeconds, ...extraMembers(response.data) };
  return { kind: "unexpected", status: response.status, retryAfterSeconds };
}

/** RFC 9110 §10.2.3: seconds or an HTTP date. */
export function readRetryAfter(value: unknown, now: number): number | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}

function readProblem(data: unknown): Problem | null {
  if (!isRecord(data)) return null;
  const { type, title, status, detail, errors, request_id } = data;
  if (typeof type !== "string" || typeof title !== "string" || typeof status !== "number") return null;
  const problem: Problem = { type, title, status };
  if (typeof detail === "string") problem.detail = detail;
  if (typeof request_id === "string") problem.request_id = request_id;
  if (Array.isArray(errors)) problem.errors = errors.filter(isFieldError);
  return problem;
}

const standardMembers = new Set(["type", "title", "status", "detail", "instance", "errors", "request_id"]);

function extraMembers(data: unknown): { extra?: Record<string, unknown> } {
  if (!isRecord(data)) return {};
  const entries = Object.entries(data).filter(([name]) => !standardMembers.has(name));
  return entries.length > 0 ? { extra: Object.fromEntries(entries) } : {};
}

/** How long the server asks to wait, or null. */
export function retryAfterOf(failure: Failure): number | null {
  return "retryAfterSeconds" in failure ? failure.retryAfterSeconds : null;
}

function isFieldError(value: unknown): value is FieldError {
  return (
    isRecord(value) &&
    typeof value.path === "string" &&
    typeof value.code === "string" &&
    typeof value.message === "string"
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
