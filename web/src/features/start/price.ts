/** How a price of the exchange is written: with the digits that it has there. */

/** Null: the exchange does not say. */
export function priceText(last: string, locale: string): string | null {
  const value = Number(last);
  if (last.trim() === "" || !Number.isFinite(value)) return null;
  const digits = Math.min(last.split(".")[1]?.length ?? 0, 12);
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

export interface Change {
  text: string;
  direction: "up" | "down" | "same";
}

/** A fraction, as the exchange says: 0.0232 is +2.32 %. */
export function changeText(fraction: string, locale: string): Change | null {
  const value = Number(fraction);
  if (fraction.trim() === "" || !Number.isFinite(value)) return null;
  const percent = new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: "exceptZero",
  });
  const rounded = Math.round(value * 10_000);
  return { text: percent.format(rounded / 10_000), direction: rounded > 0 ? "up" : rounded < 0 ? "down" : "same" };
}
