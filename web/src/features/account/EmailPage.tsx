import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { useOwner } from "./authStore";
import { emailSchema } from "./credentials";
import { useAction } from "./useAction";
import { useMe } from "./useMe";
import { usePolicy } from "./usePolicy";
import { VerifiedBadge } from "./VerifiedBadge";

export function EmailPage() {
  const { t } = useTranslation();
  const owner = useOwner();
  const me = useMe();
  const policy = usePolicy();
  const mail = policy.data?.mail ?? false;
  const user = me.data ?? owner;
  const [sent, setSent] = useState<string | null>(null);
  const [changed, setChanged] = useState(false);

  const verification = useAction(async () => {
    setSent(null);
    await authService.sendVerification();
    setSent(user?.email ?? null);
  });
  const form = useServerForm({
    schema: emailSchema,
    defaultValues: { email: "" },
    fields: ["email"],
    submit: async (values) => {
      setSent(null);
      setChanged(false);
      const atOnce = await authService.changeEmail(values);
      form.reset();
      if (atOnce) setChanged(true);
      else setSent(values.email.trim());
    },
  });

  return (
    <Page title={t("email.title")} lead={mail ? t("email.lead") : t("email.leadWithoutMail")}>
      {sent && <Notice tone="info">{t("email.sent", { email: sent })}</Notice>}
      {changed && <Notice tone="info">{t("email.changed")}</Notice>}
      <dl className="sheet">
        <div>
          <dt>{t("email.now")}</dt>
          <dd>
            {user?.email} {user && <VerifiedBadge verified={user.email_verified} />}
          </dd>
        </div>
      </dl>
      {mail && me.data && !me.data.email_verified && (
        <>
          <p className="page-aside">{t("email.whyConfirm")}</p>
          {verification.message && <Notice tone="error">{verification.message}</Notice>}
          <div className="actions">
            <Button onClick={verification.run} aria-disabled={verification.pending || undefined}>
              {verification.pending ? t("email.sending") : t("email.send")}
            </Button>
          </div>
        </>
      )}
      <section className="mt-12 max-w-md" aria-labelledby="change-email">
        <h2 id="change-email" className="section-title">
          {t("email.change")}
        </h2>
        <ServerForm form={form} submitLabel={t("email.submit")} pendingLabel={t("email.pending")}>
          <Field
            label={t("email.new")}
            hint={mail ? t("email.newHint") : undefined}
            type="email"
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            required
            {...form.field("email")}
          />
        </ServerForm>
      </section>
    </Page>
  );
}
