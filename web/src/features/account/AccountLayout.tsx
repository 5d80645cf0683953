import { useTranslation } from "react-i18next";
import { Sections } from "@/components/Sections";
import { accountSections } from "./sections";

/** The account area. */
export function AccountLayout() {
  const { t } = useTranslation();
  const sections = accountSections.map(({ path, text }) => ({ path, name: t(text), whole: true }));
  return <Sections label={t("account.nav.label")} sections={sections} />;
}
