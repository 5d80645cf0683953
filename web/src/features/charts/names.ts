/** How things of a chart are called. */
import type { TFunction } from "i18next";
import type { Chart, Indicator } from "@/api/types";
import { indicators } from "./indicators";

/** `RSI 14` */
export function nameOf({ kind, params }: Pick<Indicator, "kind" | "params">, t: TFunction<"charts">): string {
  const numbers = indicators[kind].parameters.map(
    ({ name, usual }) => (params as Readonly<Record<string, number>>)[name] ?? usual,
  );
  return [t(`kind.${kind}.short`), numbers.join(", ")].filter(Boolean).join(" ");
}

export function titleOf({ name, symbol, interval }: Pick<Chart, "name" | "symbol" | "interval">): string {
  return name || `${symbol} ${interval}`;
}

/** The same with what the name does not say. */
export function seriesTitle(
  { market, symbol, interval }: Pick<Chart, "market" | "symbol" | "interval">,
  t: TFunction<"charts">,
): string {
  return `${symbol} ${interval}${market === "spot" ? "" : ` · ${t(`market.${market}`)}`}`;
}
