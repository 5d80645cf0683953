import { useTranslation } from "react-i18next";
import type { Failure } from "@/api/failure";
import { failureText } from "@/i18n/problemText";
import { Button } from "./Button";
import { Notice } from "./Notice";

export function Loading({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <p role="status" className="loading">
      <span className="spinner" aria-hidden="true" />
      {label ?? t("app.loading")}
    </p>
  );
}

interface LoadFailedProps {
  title: string;
  failure: Failure;
  retry(): void;
  retrying: boolean;
}

/** Something the page needs did not come, and how to try again. */
export function LoadFailed({ title, failure, retry, retrying }: LoadFailedProps) {
  const { t } = useTranslation();
  return (
    <Notice tone="error">
      <p className="font-semibold">{title}</p>
      <p>{failureText(failure, t)}</p>
      <Button className="mt-3" onClick={retry} aria-disabled={retrying || undefined}>
        {retrying ? t("app.loading") : t("app.retry")}
      </Button>
    </Notice>
  );
}
