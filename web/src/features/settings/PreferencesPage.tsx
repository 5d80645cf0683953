import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import * as z from "zod/mini";
import { failureOf } from "@/api/failure";
import type { Preferences } from "@/api/types";
import { Select } from "@/components/Choices";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { LeaveGuard } from "@/forms/LeaveGuard";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { applyPreferences, usePreferences } from "./preferences";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";
import { timeZones } from "./timeZones";

export function PreferencesPage() {
  const { t } = useTranslation();
  const preferences = usePreferences();
  return (
    <Page title={t("preferences.title")} lead={t("preferences.lead")}>
      {preferences.isPending && <Loading />}
      {preferences.isError && !preferences.data && (
        <LoadFailed
          title={t("preferences.failed")}
          failure={failureOf(preferences.error)}
          retry={() => void preferences.refetch()}
          retrying={preferences.isFetching}
        />
      )}
      {preferences.data && <PreferencesForm stored={preferences.data} />}
    </Page>
  );
}

const schema = z.object({
  language: z.enum(["system", "de", "en"]),
  theme: z.enum(["system", "light", "dark"]),
  time_zone: z.string(),
});

function PreferencesForm({ stored }: { stored: Preferences }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [saved, setSaved] = useState(false);
  const form = useServerForm<Preferences>({
    schema,
    defaultValues: stored,
    fields: ["language", "theme", "time_zone"],
    submit: async (values) => {
      setSaved(false);
      const now = await settingsService.changePreferences(values);
      cache.setQueryData(settingsKeys.preferences, now);
      form.reset(now);
      applyPreferences(now);
      setSaved(true);
    },
  });
  const zone = form.value("time_zone");
  const hintOf = (choice: string) => (choice === "system" ? t("preferences.deviceHint") : undefined);

  // Chosen below the page meanwhile, or on another device.
  useEffect(() => {
    if (!form.dirty) form.reset(stored);
  }, [stored]);

  return (
    <>
      {saved && !form.dirty && <Notice tone="info">{t("preferences.saved")}</Notice>}
      <div className="max-w-md">
        <LeaveGuard active={form.dirty && !form.pending} />
        <ServerForm form={form} submitLabel={t("settings.save")} pendingLabel={t("settings.saving")}>
          <Select
            label={t("preferences.language")}
            hint={hintOf(form.value("language"))}
            value={form.value("language")}
            options={[
              { value: "system", text: t("preferences.device") },
              { value: "de", text: "Deutsch" },
              { value: "en", text: "English" },
            ]}
            onChange={(value) => form.set("language", value)}
          />
          <Select
            label={t("preferences.theme")}
            hint={hintOf(form.value("theme"))}
            value={form.value("theme")}
            options={[
              { value: "system", text: t("preferences.device") },
              { value: "light", text: t("app.theme.light") },
              { value: "dark", text: t("app.theme.dark") },
            ]}
            onChange={(value) => form.set("theme", value)}
          />
          <Select
            label={t("preferences.timeZone")}
            value={zone}
            options={[
              { value: "system", text: t("preferences.zone") },
              ...timeZones(zone).map((value) => ({ value, text: value.replaceAll("_", " ") })),
            ]}
            onChange={(value) => form.set("time_zone", value)}
          />
        </ServerForm>
      </div>
    </>
  );
}
