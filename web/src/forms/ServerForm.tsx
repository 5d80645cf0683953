import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SubmitButton } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { throttledText } from "@/i18n/problemText";
import type { useServerForm } from "./useServerForm";

interface ServerFormProps {
  form: Pick<ReturnType<typeof useServerForm>, "onSubmit" | "formError" | "summary" | "pending" | "secondsLeft">;
  submitLabel: string;
  pendingLabel: string;
  children: ReactNode;
}

/** Frame of every form: what went wrong as a whole, the fields, the button. */
export function ServerForm({ form, submitLabel, pendingLabel, children }: ServerFormProps) {
  const { t } = useTranslation();
  const { formError, secondsLeft } = form;
  return (
    <form method="post" noValidate onSubmit={form.onSubmit} className="form">
      {formError && secondsLeft !== 0 && (
        <Notice tone="error" ref={form.summary}>
          {secondsLeft === null ? (
            formError
          ) : (
            // Read out once, with the wait at its beginning; the count is for the eyes.
            <>
              <span className="visually-hidden">{formError}</span>
              <span aria-hidden="true">{throttledText(secondsLeft, t)}</span>
            </>
          )}
        </Notice>
      )}
      {secondsLeft === 0 && <Notice tone="info">{t("problem.throttledOver")}</Notice>}
      {children}
      <SubmitButton pending={form.pending} pendingLabel={pendingLabel} blocked={Boolean(secondsLeft)}>
        {submitLabel}
      </SubmitButton>
    </form>
  );
}
