/**
 * What the account says about the pages. `system` leaves a device to itself: there counts what was chosen below the page.
 * Anything else holds on every device, and a choice below the page then changes the account's.
 */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Preferences, PreferencesChange } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { useTheme } from "@/app/theme";
import { whenDiscarded } from "@/features/account/session/discard";
import { i18n, setLanguage } from "@/i18n";
import { setTimeZone } from "@/i18n/timeZone";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";

export function usePreferences() {
  return useQuery({
    queryKey: settingsKeys.preferences,
    queryFn: ({ signal }) => settingsService.preferences(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function applyPreferences({ language, theme, time_zone }: Preferences): void {
  if (language !== "system" && language !== i18n.language) setLanguage(language);
  if (theme !== "system" && theme !== useTheme.getState().theme) useTheme.getState().setTheme(theme);
  setTimeZone(time_zone);
}

/** For whoever is signed in: their preferences, as soon as they are known. Without an answer the device decides. */
export function useAppliedPreferences(): void {
  const { data } = usePreferences();
  useEffect(() => {
    if (data) applyPreferences(data);
  }, [data]);
}

/** Something was chosen below the page. It counts at once; where the account decides, it is told. */
export async function noteChoice(choice: Pick<PreferencesChange, "language" | "theme">): Promise<void> {
  const stored = queryClient.getQueryData<Preferences>(settingsKeys.preferences);
  if (!stored) return;
  const language = stored.language === "system" ? undefined : choice.language;
  const theme = stored.theme === "system" ? undefined : choice.theme;
  if (language === undefined && theme === undefined) return;
  try {
    const now = await settingsService.changePreferences({ ...(language && { language }), ...(theme && { theme }) });
    queryClient.setQueryData(settingsKeys.preferences, now);
  } catch {
    // It holds on this page, and the account's choice is there again at the next one.
  }
}

whenDiscarded(() => setTimeZone("system"));
