import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { Page } from "@/components/Page";
import { home } from "./returnTo";

export function NotFoundPage() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <Page title={t("notFound.title")} lead={t("notFound.text")}>
      <p className="mt-4">
        <code className="address">{readable(pathname)}</code>
      </p>
      <p className="page-aside">
        <Link to={home}>{t("notFound.home")}</Link>
      </p>
    </Page>
  );
}

/** As the address bar shows it: with letters instead of their escapes. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
