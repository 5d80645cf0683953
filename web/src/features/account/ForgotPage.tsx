import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { emailSchema } from "./credentials";
import { DeadEnd } from "./DeadEnd";
import { usePolicy } from "./usePolicy";

export function ForgotPage() {
  const { t } = useTranslation();
  const policy = usePolicy();
  const [sentTo, setSentTo] = useState<string | null>(null);

  if (policy.data && !policy.data.mail) {
    return (
      <DeadEnd
        title={t("forgot.title")}
        to="/login"
        label={t("setup.login")}
        lead={
          <>
            {t("forgot.withoutMail")} <code>kontor admin reset-link</code>.
          </>
        }
      />
    );
  }
  if (sentTo !== null) return <MailSent email={sentTo} onAgain={() => setSentTo(null)} />;
  return (
    <Page title={t("forgot.title")} lead={t("forgot.lead")}>
      {policy.isPending && <Loading />}
      {policy.isError && (
        <LoadFailed
          title={t("register.policyFailed")}
          failure={failureOf(policy.error)}
          retry={() => void policy.refetch()}
          retrying={policy.isFetching}
        />
      )}
      {policy.data && <ForgotForm onSent={setSentTo} />}
      <p className="page-aside">
        <Link to="/login">{t("setup.login")}</Link>
      </p>
    </Page>
  );
}

function ForgotForm({ onSent }: { onSent(email: string): void }) {
  const { t } = useTranslation();
  const form = useServerForm({
    schema: emailSchema,
    defaultValues: { email: "" },
    fields: ["email"],
    submit: async (values) => {
      await authService.forgotPassword(values);
      onSent(values.email.trim());
    },
  });
  return (
    <ServerForm form={form} submitLabel={t("forgot.submit")} pendingLabel={t("forgot.pending")}>
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

/** The same for every address: who has an account here is nobody's business. */
function MailSent({ email, onAgain }: { email: string; onAgain(): void }) {
  const { t } = useTranslation();
  return (
    <Page title={t("forgot.sent.title")} lead={t("forgot.sent.text", { email })}>
      <p className="page-aside">{t("forgot.sent.nothing")}</p>
      <div className="actions">
        <Button onClick={onAgain}>{t("forgot.sent.again")}</Button>
      </div>
      <p className="page-aside">
        <Link to="/login">{t("setup.login")}</Link>
      </p>
    </Page>
  );
}
