import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import { Button } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import type { Limits } from "@/i18n/problemText";
import { authService } from "./authService";
import { emailSchema, registerSchema } from "./credentials";
import { usePolicy } from "./usePolicy";

export function RegisterPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const policy = usePolicy();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const login = { pathname: "/login", search: search.toString() };

  if (policy.data?.registration === "closed") {
    return (
      <Page title={t("register.closed.title")} lead={t("register.closed.text")}>
        <p className="page-aside">
          <Link to={login}>{t("register.closed.login")}</Link>
        </p>
      </Page>
    );
  }

  if (sentTo !== null) {
    return (
      <Page title={t("register.sent.title")} lead={t("register.sent.text", { email: sentTo })}>
        <p className="page-aside">{t("register.sent.nothing")}</p>
        <div className="actions">
          <Button onClick={() => setSentTo(null)}>{t("forgot.sent.again")}</Button>
        </div>
        <p className="page-aside">
          <Link to={login}>{t("register.closed.login")}</Link>
        </p>
      </Page>
    );
  }

  const byMail = policy.data?.email_verification === "required";
  return (
    <Page title={t("register.title")} lead={byMail ? t("register.leadByMail") : t("register.lead")}>
      {policy.isPending && <Loading />}
      {policy.isError && (
        <LoadFailed
          title={t("register.policyFailed")}
          failure={failureOf(policy.error)}
          retry={() => void policy.refetch()}
          retrying={policy.isFetching}
        />
      )}
      {policy.data && (
        <>
          {policy.data.registration === "allowlist" && <Notice tone="info">{t("register.allowlist")}</Notice>}
          {byMail ? (
            <RegisterByMailForm onSent={setSentTo} onClosed={() => void policy.refetch()} />
          ) : (
            <RegisterForm limits={policy.limits} onClosed={() => void policy.refetch()} />
          )}
        </>
      )}
      <p className="page-aside">
        {t("register.haveAccount")} <Link to={login}>{t("register.login")}</Link>
      </p>
    </Page>
  );
}

function RegisterForm({ limits, onClosed }: { limits: Limits; onClosed(): void }) {
  const { t } = useTranslation();
  const form = useServerForm({
    schema: registerSchema(limits),
    defaultValues: { email: "", password: "" },
    fields: ["email", "password"],
    limits,
    submit: (values) => authService.register(values),
    // Closed since the page was opened: the policy, read again, says so instead of the form.
    intercept: (failure) => {
      if (isProblem(failure, problemType.registrationClosed)) onClosed();
      return false;
    },
  });

  return (
    <ServerForm form={form} submitLabel={t("register.submit")} pendingLabel={t("register.pending")}>
      <Field
        label={t("fields.email")}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        {...form.field("email")}
      />
      <PasswordField
        label={t("fields.password")}
        autoComplete="new-password"
        required
        hint={t("fields.passwordHint", { min: limits.passwordMin })}
        {...form.field("password")}
      />
    </ServerForm>
  );
}

/** The address first: whoever reads its mail sets the password there, and nobody else can. */
function RegisterByMailForm({ onSent, onClosed }: { onSent(email: string): void; onClosed(): void }) {
  const { t } = useTranslation();
  const form = useServerForm({
    schema: emailSchema,
    defaultValues: { email: "" },
    fields: ["email"],
    submit: async (values) => {
      await authService.registerByMail(values);
      onSent(values.email.trim());
    },
    intercept: (failure) => {
      if (isProblem(failure, problemType.registrationClosed)) onClosed();
      return false;
    },
  });
  return (
    <ServerForm form={form} submitLabel={t("register.sendLink")} pendingLabel={t("forgot.pending")}>
      <Field
        label={t("fields.email")}
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        {...form.field("email")}
      />
    </ServerForm>
  );
}
