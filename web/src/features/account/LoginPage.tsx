import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { SubmitButton } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { authService } from "./authService";
import { useAuth } from "./authStore";
import { loginSchema } from "./credentials";
import { usePolicy } from "./usePolicy";
import { useServerForm } from "./useServerForm";

export function LoginPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const reason = useEndReason();
  const policy = usePolicy();
  const form = useServerForm({
    schema: loginSchema,
    defaultValues: { email: "", password: "" },
    fields: ["email", "password"],
    submit: (values) => authService.login(values),
  });

  const notice =
    reason === "ended"
      ? t("login.notice.ended")
      : reason === "signed_out"
        ? t("login.notice.signedOut")
        : search.has("return_to")
          ? t("login.notice.required")
          : null;

  return (
    <Page title={t("login.title")} lead={t("login.lead")}>
      {notice && !form.formError && <Notice tone="info">{notice}</Notice>}
      <form method="post" noValidate onSubmit={form.onSubmit} className="form">
        {form.formError && (
          <Notice tone="error" ref={form.summary}>
            {form.formError}
          </Notice>
        )}
        <Field
          label={t("fields.email")}
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          error={form.fieldError("email")}
          {...form.register("email")}
        />
        <PasswordField
          label={t("fields.password")}
          autoComplete="current-password"
          required
          error={form.fieldError("password")}
          {...form.register("password")}
        />
        <SubmitButton pending={form.pending} pendingLabel={t("login.pending")}>
          {t("login.submit")}
        </SubmitButton>
      </form>
      {policy.data?.registration !== "closed" && (
        <p className="page-aside">
          {t("login.noAccount")}{" "}
          <Link to={{ pathname: "/register", search: search.toString() }}>{t("login.register")}</Link>
        </p>
      )}
    </Page>
  );
}

/** Why the last session ended, once: the next visit to this page no longer tells it. */
function useEndReason() {
  const acknowledge = useAuth((state) => state.acknowledgeEnd);
  const [reason] = useState(() => useAuth.getState().endReason);
  useEffect(acknowledge, [acknowledge]);
  return reason;
}
