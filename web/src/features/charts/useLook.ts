/** How a chart is drawn: theme, language, time zone. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTheme } from "@/app/theme";
import type { Chart } from "@/api/types";
import { useMedia } from "@/components/useMedia";
import { formatLocale } from "@/i18n/language";
import { useTimeZone } from "@/i18n/timeZone";
import { type ChartFormat, chartFormat } from "./format";

/** The chart's own theme, else the page's, else the system's. */
export function useDark(theme: Chart["theme"]): boolean {
  const page = useTheme(({ theme }) => theme);
  const system = useMedia("(prefers-color-scheme: dark)");
  const chosen = theme === "system" ? page : theme;
  return chosen === "system" ? system : chosen === "dark";
}

export function useChartFormat(interval: Chart["interval"], digits: number): ChartFormat & { locale: string } {
  const { i18n } = useTranslation();
  const timeZone = useTimeZone(({ timeZone }) => timeZone);
  return useMemo(() => {
    const locale = formatLocale(i18n.language, navigator.languages ?? []);
    return { ...chartFormat({ locale, timeZone, interval, digits }), locale };
  }, [i18n.language, timeZone, interval, digits]);
}
