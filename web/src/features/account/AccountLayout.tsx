import { useTranslation } from "react-i18next";
import { Sections } from "@/components/Sections";

/** In the order of the navigation; the paths are also those of app/router.tsx. */
export const accountSections = [
  { path: "/account", text: "account.nav.profile" },
  { path: "/account/password", text: "account.nav.password" },
  { path: "/account/sessions", text: "account.nav.sessions" },
  { path: "/account/activity", text: "account.nav.activity" },
] as const;

/** The account area. */
export function AccountLayout() {
  const { t } = useTranslation();
  const sections = accountSections.map(({ path, text }) => ({ path, name: t(text), whole: true }));
  return <Sections label={t("account.nav.label")} sections={sections} />;
}
