/**
 * What can go wrong with a call, in the three shapes the pages care about. Everything that a call throws becomes one of
 * these at the door (`toFailure`), so that no page looks into an HTTP library's error.
 */
import { HttpError } from "./http";
import type { FieldError, Problem } from "./types";

export const problemType = {
  addressRefused: "urn:kontor:problem:address-refused",
  credentialsElsewhere: "urn:kontor:problem:credentials-elsewhere",
  deactivated: "urn:kontor:problem:deactivated",
  emailTaken: "urn:kontor:problem:email-taken",
  exchangeBusy: "urn:kontor:problem:exchange-busy",
  exchangeUnreachable: "urn:kontor:problem:exchange-unreachable",
  factorExists: "urn:kontor:problem:factor-exists",
  factorNotBegun: "urn:kontor:problem:factor-not-begun",
  forbidden: "urn:kontor:problem:forbidden",
  insufficientScope: "urn:kontor:problem:insufficient-scope",
  invalidCredentials: "urn:kontor:problem:invalid-credentials",
  invalidInput: "urn:kontor:problem:invalid-input",
  invalidToken: "urn:kontor:problem:invalid-token",
  keyMayWithdraw: "urn:kontor:problem:key-may-withdraw",
  lastAdmin: "urn:kontor:problem:last-admin",
  linkNotValid: "urn:kontor:problem:link-not-valid",
  mailNotConfigured: "urn:kontor:problem:mail-not-configured",
  noFactor: "urn:kontor:problem:no-factor",
  notConfigured: "urn:kontor:problem:not-configured",
  notFound: "urn:kontor:problem:not-found",
  originNotAllowed: "urn:kontor:problem:origin-not-allowed",
  registrationClosed: "urn:kontor:problem:registration-closed",
  registrationNotAllowed: "urn:kontor:problem:registration-not-allowed",
  secondFactorEnrolmentRequired: "urn:kontor:problem:second-factor-enrolment-required",
  secondFactorExpired: "urn:kontor:problem:second-factor-expired",
  secondFactorMandatory: "urn:kontor:problem:second-factor-mandatory",
  secondFactorRequired: "urn:kontor:problem:second-factor-required",
  secretUnreadable: "urn:kontor:problem:secret-unreadable",
  sessionEnded: "urn:kontor:problem:session-ended",
  stepUpRequired: "urn:kontor:problem:step-up-required",
  storageFull: "urn:kontor:problem:storage-full",
  tokenNotAccepted: "urn:kontor:problem:token-not-accepted",
  tooManyAttempts: "urn:kontor:problem:too-many-attempts",
  tooManyCharts: "urn:kontor:problem:too-many-charts",
  tooManyFavourites: "urn:kontor:problem:too-many-favourites",
  tooManyLayouts: "urn:kontor:problem:too-many-layouts",
  tooManyRequests: "urn:kontor:problem:too-many-requests",
  tooManySecrets: "urn:kontor:problem:too-many-secrets",
  tooManyTokens: "urn:kontor:problem:too-many-tokens",
  tooManyWatches: "urn:kontor:problem:too-many-watches",
  unauthenticated: "urn:kontor:problem:unauthenticated",
  vaultKeyMissing: "urn:kontor:problem:vault-key-missing",
  vaultKeyWrong: "urn:kontor:problem:vault-key-wrong",
  versionChanged: "urn:kontor:problem:version-changed",
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

/** The server runs without the key of its vault: that passes only when somebody brings it. */
export function isVaultLocked(failure: Failure): boolean {
  return isProblem(failure, problemType.vaultKeyMissing) || isProblem(failure, problemType.vaultKeyWrong);
}

export function toFailure(error: unknown, now = Date.now()): Failure {
  if (!(error instanceof HttpError)) return { kind: "unexpected", status: 0, retryAfterSeconds: null };
  if (error.isCancelled) return { kind: "cancelled" };
  const response = error.response;
  if (!response) return { kind: "network" };
  const retryAfterSeconds = readRetryAfter(response.headers.get("retry-after"), now);
  const problem = readProblem(response.data);
  if (problem) return { kind: "problem", problem, retryAfterSeconds, ...extraMembers(response.data) };
  return { kind: "unexpected", status: response.status, retryAfterSeconds };
}

/** A call that wanted a file gets a refusal as one, too: reads it, so that `toFailure` finds the problem in it. */
export async function readRefusal(error: unknown): Promise<void> {
  if (!(error instanceof HttpError) || !(error.response?.data instanceof Blob)) return;
  try {
    error.response.data = JSON.parse(await error.response.data.text());
  } catch {
    error.response.data = null;
  }
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
