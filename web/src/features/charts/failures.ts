/** What can go wrong with charts only; everything else as everywhere. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/failure";
import { failureText } from "@/i18n/problemText";

const problem = (name: string) => `urn:kontor:problem:${name}`;

const texts = {
  [problem("too-many-charts")]: "problem.tooManyCharts",
  [problem("too-many-layouts")]: "problem.tooManyLayouts",
  [problem("too-many-favourites")]: "problem.tooManyFavourites",
  [problem("exchange-unreachable")]: "problem.unreachable",
  [problem("exchange-busy")]: "problem.busy",
} as const;

export function chartFailureText(failure: Failure, t: TFunction, tCharts: TFunction<"charts">): string {
  if (failure.kind === "problem") {
    const { type, errors = [] } = failure.problem;
    if (Object.hasOwn(texts, type)) return tCharts(texts[type as keyof typeof texts] as "problem.busy");
    if (errors.some(({ code }) => code === "unknown_symbol")) return tCharts("problem.unknownSymbol");
    if (errors[0]) return errors.map(({ message }) => message).join(" ");
  }
  return failureText(failure, t);
}

/** For `useAction`. */
export function useChartFailure(): (failure: Failure, t: TFunction) => string {
  const { t: tCharts } = useTranslation("charts");
  return (failure, t) => chartFailureText(failure, t, tCharts);
}

/** The codes of the server by the last part of where they point: `/indicators/0/params/period` is about `period`. */
export function fieldCodes(failure: Failure): Map<string, string> {
  const errors = failure.kind === "problem" ? (failure.problem.errors ?? []) : [];
  return new Map(errors.map(({ path, code }) => [path.split("/").at(-1) ?? "", code]));
}
