/** How numbers and times of a chart are written: by language, time zone and the digits of the exchange. */
import type { IndicatorKind, Interval } from "@/api/types";
import { isDaily } from "./intervals";

export interface ChartFormat {
  price(value: number): string;
  amount(value: number): string;
  change(fraction: number): string;
  value(kind: IndicatorKind, value: number): string;
  time(milliseconds: number): string;
  date(milliseconds: number): string;
}

interface FormatOptions {
  locale: string;
  /** Undefined: the computer's. */
  timeZone: string | undefined;
  interval: Interval;
  /** Behind the point of a price. */
  digits: number;
}

/** Of those the values are no prices. */
const plain: ReadonlySet<IndicatorKind> = new Set(["rsi", "stochastic"]);
const amounts: ReadonlySet<IndicatorKind> = new Set(["obv", "volume_average"]);

export function chartFormat({ locale, timeZone, interval, digits }: FormatOptions): ChartFormat {
  const price = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const finer = new Intl.NumberFormat(locale, {
    minimumFractionDigits: Math.min(digits, 8),
    maximumFractionDigits: Math.min(digits + 1, 9),
  });
  const two = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const amount = new Intl.NumberFormat(locale, { maximumFractionDigits: 3, notation: "compact" });
  const percent = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "exceptZero",
  });
  // Candles of a day begin with the day of UTC: anywhere else they would be named by the day before or by odd hours.
  const zone = isDaily(interval) ? "UTC" : timeZone;
  const time = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    ...(!isDaily(interval) && { timeStyle: "short" as const }),
    timeZone: zone,
  });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: zone });
  return {
    price: (value) => price.format(value),
    amount: (value) => amount.format(value),
    change: (fraction) => percent.format(fraction),
    value: (kind, value) => (plain.has(kind) ? two : amounts.has(kind) ? amount : finer).format(value),
    time: (milliseconds) => time.format(milliseconds),
    date: (milliseconds) => date.format(milliseconds),
  };
}

/** For the marks of the time axis, by what changes there: year, month, day, or the time of day. */
export function tickFormat(locale: string, timeZone: string | undefined, interval: Interval) {
  const zone = isDaily(interval) ? "UTC" : timeZone;
  const year = new Intl.DateTimeFormat(locale, { year: "numeric", timeZone: zone });
  const month = new Intl.DateTimeFormat(locale, { month: "short", timeZone: zone });
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: zone });
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return (milliseconds: number, weight: "year" | "month" | "day" | "time"): string =>
    ({ year, month, day, time: hour })[weight].format(milliseconds);
}
