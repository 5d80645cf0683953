import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Page } from "@/components/Page";

/** Shown by the router when a page throws while it is drawn. */
export function CrashPage() {
  const { t } = useTranslation();
  return (
    <main className="page-frame">
      <Page title={t("crash.title")} lead={t("crash.text")}>
        <p className="mt-6">
          <Button onClick={() => window.location.reload()}>{t("crash.reload")}</Button>
        </p>
      </Page>
    </main>
  );
}
