import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Page } from "@/components/Page";

/** In the place of a page that throws while it is drawn. */
export function ErrorPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("crash.title")} lead={t("crash.text")}>
      <p className="mt-6">
        <Button onClick={() => window.location.reload()}>{t("crash.reload")}</Button>
      </p>
    </Page>
  );
}
