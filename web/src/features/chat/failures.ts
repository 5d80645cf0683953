/** What can be done about an answer that did not come, or a message that was not taken. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { type Failure, isProblem } from "@/api/failure";
import { failureText } from "@/i18n/problemText";

/** The kinds of RunFailure in api/openapi.yaml; a test compares. */
export const runFailures = [
  "key-rejected",
  "forbidden",
  "model-not-found",
  "context-too-long",
  "content-filtered",
  "rate-limited",
  "quota-exhausted",
  "request-refused",
  "unavailable",
  "unreachable",
  "timed-out",
  "broken-answer",
  "truncated",
  "address-refused",
  "not-configured",
  "key-unreadable",
  "no-tokens-left",
  "too-many-calls",
  "internal",
] as const;

export type RunFailureKind = (typeof runFailures)[number];

/** Unknown kinds of a newer program are something inside of it. */
export function kindOf(code: string): RunFailureKind {
  return runFailures.find((kind) => kind === code) ?? "internal";
}

/** Where something in the settings may have to be changed first. */
const settingsHelp: ReadonlySet<RunFailureKind> = new Set([
  "key-rejected",
  "forbidden",
  "model-not-found",
  "quota-exhausted",
  "request-refused",
  "unreachable",
  "broken-answer",
  "address-refused",
  "not-configured",
  "key-unreadable",
]);

export function isForSettings(kind: RunFailureKind): boolean {
  return settingsHelp.has(kind);
}

export function mayBeTriedAgain(kind: RunFailureKind): boolean {
  return kind !== "context-too-long" && kind !== "no-tokens-left";
}

const problem = (name: string) => `urn:kontor:problem:${name}`;

/** Problems that only these routes and the socket know; their texts come with these pages. */
export const chatProblems = {
  [problem("model-not-configured")]: "problem.modelNotConfigured",
  [problem("run-in-progress")]: "problem.runInProgress",
  [problem("nothing-to-answer")]: "problem.nothingToAnswer",
  [problem("idempotency-key-reused")]: "problem.keyReused",
  [problem("too-many-runs")]: "problem.tooManyRuns",
  [problem("no-tokens-left")]: "problem.noTokensLeft",
  [problem("too-many-sockets")]: "problem.tooManySockets",
  [problem("too-many-subscriptions")]: "problem.tooManySubscriptions",
  [problem("malformed")]: "problem.notTaken",
  [problem("invalid-input")]: "problem.notTaken",
  [problem("payload-too-large")]: "problem.tooLarge",
  [problem("request-timeout")]: "problem.tooSlow",
} as const;

export function isAboutSettings(failure: Failure): boolean {
  return ["model-not-configured", "secret-unreadable", "credentials-elsewhere"].some((name) =>
    isProblem(failure, problem(name)),
  );
}

export function chatFailureText(failure: Failure, t: TFunction, tChat: TFunction<"chat">): string {
  if (failure.kind === "problem" && Object.hasOwn(chatProblems, failure.problem.type)) {
    return tChat(chatProblems[failure.problem.type as keyof typeof chatProblems] as "problem.runInProgress");
  }
  return failureText(failure, t);
}

/** The same for a file that was to be brought back. */
export function importFailureText(failure: Failure, t: TFunction, tChat: TFunction<"chat">): string {
  if (isProblem(failure, problem("payload-too-large"))) return tChat("import.tooLarge");
  const isNone = ["malformed", "invalid-input"].some((name) => isProblem(failure, problem(name)));
  const why = isNone ? tChat("import.notOurs") : chatFailureText(failure, t, tChat);
  return `${tChat("import.failed")} ${why}`;
}

/** For `useAction`. */
export function useChatFailure(): (failure: Failure, t: TFunction) => string {
  const { t: tChat } = useTranslation("chat");
  return (failure, t) => chatFailureText(failure, t, tChat);
}
