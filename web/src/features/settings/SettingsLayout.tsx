import { useTranslation } from "react-i18next";
import { Sections } from "@/components/Sections";
import { settingsSections } from "./sections";

/** The settings area. */
export function SettingsLayout() {
  const { t } = useTranslation();
  return (
    <Sections
      label={t("settings.nav.label")}
      sections={settingsSections.map(({ path, text }) => ({ path, name: t(text) }))}
    />
  );
}
