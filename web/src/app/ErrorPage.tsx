import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { Button } from "@/components/Button";
import { Page } from "@/components/Page";
import { NotFoundPage } from "./NotFoundPage";

/** Shown by the router when a page throws while it is drawn, or when it finds no route at all. */
export function ErrorPage() {
  const { t } = useTranslation();
  const error = useRouteError();
  // The route "*" matches everything but line breaks (%0A, %E2%80%A8); an address with one is still just not found.
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  return (
    <Page title={t("crash.title")} lead={t("crash.text")}>
      <p className="mt-6">
        <Button onClick={() => window.location.reload()}>{t("crash.reload")}</Button>
      </p>
    </Page>
  );
}
