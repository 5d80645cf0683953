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
  "unavailable",
  "timed-out",
  "broken-answer",
  "truncated",
  "address-refused",
  "not-configured",
  "internal",
] as const;

export type RunFailureKind = (typeof runFailures)[number];

/** Unknown kinds of a newer program are something inside of it. */
export function kindOf(code: string): RunFailureKind {
  return runFailures.find((kind) => kind === code) ?? "internal";
}

/** Where the same would fail again, until something is changed. */
const settingsHelp: ReadonlySet<RunFailureKind> = new Set([
  "key-rejected",
  "forbidden",
  "model-not-found",
  "quota-exhausted",
  "address-refused",
  "not-configured",
]);

export function isForSettings(kind: RunFailureKind): boolean {
  return settingsHelp.has(kind);
}

export function mayBeTriedAgain(kind: RunFailureKind): boolean {
  return kind !== "context-too-long";
}

const problem = (name: string) => `urn:kontor:problem:${name}`;

/** Problems that only these routes know; their texts come with these pages. */
export const chatProblems = {
  [problem("model-not-configured")]: "problem.modelNotConfigured",
  [problem("run-in-progress")]: "problem.runInProgress",
  [problem("nothing-to-answer")]: "problem.nothingToAnswer",
  [problem("idempotency-key-reused")]: "problem.keyReused",
  [problem("too-many-runs")]: "problem.tooManyRuns",
  [problem("no-tokens-left")]: "problem.noTokensLeft",
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

/** For `useAction`. */
export function useChatFailure(): (failure: Failure, t: TFunction) => string {
  const { t: tChat } = useTranslation("chat");
  return (failure, t) => chatFailureText(failure, t, tChat);
}
