/** What went wrong with a chart, in a sentence. */
import type { TFunction } from "i18next";
import type { Failure } from "@/api/failure";
import { formMessages } from "@/i18n/problemText";

/** Also where the fault is in a field that the page has not: its words then. */
export function chartFailureText(failure: Failure, t: TFunction): string {
  return formMessages(failure, [], t).form ?? "";
}

/** The codes of the server by the last part of where they point: `/indicators/0/params/period` is about `period`. */
export function fieldCodes(failure: Failure): Map<string, string> {
  const errors = failure.kind === "problem" ? (failure.problem.errors ?? []) : [];
  return new Map(errors.map(({ path, code }) => [path.split("/").at(-1) ?? "", code]));
}
