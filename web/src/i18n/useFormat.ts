import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Dates as the chosen language writes them, in the computer's time zone. */
export function useFormat() {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "long" });
    const dateTime = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
    const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" });
    return {
      date: (value: string | number) => date.format(new Date(value)),
      dateTime: (value: string | number) => dateTime.format(new Date(value)),
      time: (value: string | number) => time.format(new Date(value)),
    };
  }, [i18n.language]);
}
