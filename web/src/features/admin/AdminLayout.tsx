import { useTranslation } from "react-i18next";
import { Sections } from "@/components/Sections";

/** In the order of the navigation; the paths are also those of app/router.tsx. */
const adminSections = [
  { path: "/admin/users", text: "nav.users" },
  { path: "/admin/policy", text: "nav.policy" },
  { path: "/admin/audit", text: "nav.audit" },
] as const;

/** The administrators' area. */
export function AdminLayout() {
  const { t } = useTranslation("admin");
  return (
    <Sections label={t("nav.label")} sections={adminSections.map(({ path, text }) => ({ path, name: t(text) }))} />
  );
}
