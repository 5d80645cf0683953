/** What is known of the indicators without asking: how they are written, where they are drawn, which numbers they take. */
import type { Indicator, IndicatorKind } from "@/api/types";

export interface Parameter {
  name: string;
  least: number;
  most: number;
  usual: number;
  isWhole: boolean;
}

interface IndicatorFacts {
  parameters: readonly Parameter[];
  /** `price`: over the candles. `volume`: over the volume. `own`: below, in a pane of its own. */
  place: "price" | "volume" | "own";
  /** In the order of the program. */
  outputs: readonly string[];
}

const whole = (name: string, usual: number, least = 1, most = 500): Parameter => ({
  name,
  least,
  most,
  usual,
  isWhole: true,
});
const one = (place: IndicatorFacts["place"], usual: number, least = 1): IndicatorFacts => ({
  parameters: [whole("period", usual, least)],
  place,
  outputs: ["value"],
});

/** In the order in which they are offered; a test compares the names with the contract. */
export const indicators: Readonly<Record<IndicatorKind, IndicatorFacts>> = {
  sma: one("price", 20),
  ema: one("price", 20),
  wma: one("price", 20),
  bollinger: {
    parameters: [whole("period", 20, 2), { name: "deviations", least: 0.1, most: 10, usual: 2, isWhole: false }],
    place: "price",
    outputs: ["upper", "middle", "lower"],
  },
  vwap: { parameters: [whole("reset_days", 1, 0, 366)], place: "price", outputs: ["value"] },
  rsi: one("own", 14, 2),
  macd: {
    parameters: [whole("fast", 12), whole("slow", 26), whole("signal", 9)],
    place: "own",
    outputs: ["macd", "signal", "histogram"],
  },
  stochastic: {
    parameters: [whole("period", 14), whole("smooth_k", 3), whole("smooth_d", 3)],
    place: "own",
    outputs: ["k", "d"],
  },
  atr: one("own", 14),
  obv: { parameters: [], place: "own", outputs: ["value"] },
  volume_average: one("volume", 20),
};

export const kinds = Object.keys(indicators) as IndicatorKind[];
export const mostIndicators = 10;

export function isKind(value: string): value is IndicatorKind {
  return Object.hasOwn(indicators, value);
}

/** `macd(12,26,9)`: as the program writes it. */
export function textOf({ kind, params }: Pick<Indicator, "kind" | "params">): string {
  const numbers = indicators[kind].parameters.map(
    ({ name, usual }) => (params as Readonly<Record<string, number>>)[name] ?? usual,
  );
  return `${kind}(${numbers.join(",")})`;
}

export function usualOf(kind: IndicatorKind): Indicator {
  return {
    kind,
    params: Object.fromEntries(indicators[kind].parameters.map(({ name, usual }) => [name, usual])),
  };
}

/** Reads what `textOf` writes; null: no such indicator. */
export function indicatorOf(text: string): Indicator | null {
  const found = /^([a-z_]+)\(([\d.,]*)\)$/.exec(text);
  const kind = found?.[1] ?? "";
  if (!isKind(kind)) return null;
  const numbers = found?.[2] ? found[2].split(",").map(Number) : [];
  const { parameters } = indicators[kind];
  if (numbers.length !== parameters.length || numbers.some(Number.isNaN)) return null;
  return { kind, params: Object.fromEntries(parameters.map(({ name }, at) => [name, numbers[at] as number])) };
}

export type ParameterError = "number" | "whole" | "range" | "order";

/** What is wrong with what was typed, by parameter. */
export function parameterErrors(kind: IndicatorKind, typed: Record<string, string>): Record<string, ParameterError> {
  const errors: Record<string, ParameterError> = {};
  for (const { name, least, most, isWhole } of indicators[kind].parameters) {
    const value = numberOf(typed[name] ?? "");
    if (value === null) errors[name] = "number";
    else if (isWhole && !Number.isInteger(value)) errors[name] = "whole";
    else if (value < least || value > most) errors[name] = "range";
  }
  if (kind === "macd" && !errors.fast && !errors.slow) {
    if ((numberOf(typed.fast ?? "") ?? 0) >= (numberOf(typed.slow ?? "") ?? 0)) errors.slow = "order";
  }
  return errors;
}

/** A number as people type it, with a comma or a point. */
export function numberOf(typed: string): number | null {
  const text = typed.trim().replace(",", ".");
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
