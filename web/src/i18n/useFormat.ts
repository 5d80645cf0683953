import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "./language";
import { relativeParts } from "./relativeTime";
import { useTimeZone } from "./timeZone";

/** Dates as the chosen language and the browser's region write them, in the time zone that was chosen. */
export function useFormat() {
  const { i18n } = useTranslation();
  const timeZone = useTimeZone(({ timeZone }) => timeZone);
  return useMemo(() => {
    const locale = formatLocale(i18n.language, navigator.languages ?? []);
    const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone });
    const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
    const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone });
    const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    return {
      /** "3.4 MB", in powers of ten as the makers of disks count. */
      bytes: (value: number) => {
        const unit = value < 1e6 ? ({ size: 1e3, name: "kB" } as const) : ({ size: 1e6, name: "MB" } as const);
        return `${number.format(value / unit.size)} ${unit.name}`;
      },
      /** A whole number, with its digits in groups. */
      count: (value: number) => number.format(value),
      date: (value: string | number) => date.format(new Date(value)),
      dateTime: (value: string | number) => dateTime.format(new Date(value)),
      relative: (value: string, now: number) => {
        const { value: amount, unit } = relativeParts(Date.parse(value), now);
        return relative.format(amount, unit);
      },
      time: (value: string | number) => time.format(new Date(value)),
    };
  }, [i18n.language, timeZone]);
}
