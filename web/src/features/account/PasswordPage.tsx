import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Field, PasswordField } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { useOwner } from "./authStore";
import { passwordChangeSchema } from "./credentials";
import { accountKeys } from "./queries";
import { usePolicy } from "./usePolicy";

export function PasswordPage() {
  const { t } = useTranslation();
  const owner = useOwner();
  const cache = useQueryClient();
  const { limits } = usePolicy();
  const [changed, setChanged] = useState(false);
  const form = useServerForm({
    schema: passwordChangeSchema(limits),
    defaultValues: { current_password: "", new_password: "" },
    fields: ["current_password", "new_password"],
    limits,
    submit: async (values) => {
      setChanged(false);
      await authService.changePassword(values);
      form.reset();
      setChanged(true);
      void cache.invalidateQueries({ queryKey: accountKeys.all });
    },
  });

  return (
    <Page title={t("password.title")} lead={t("password.lead")}>
      {changed && (
        <Notice tone="info">
          <p>{t("password.changed")}</p>
          <p>
            <Link to="/account/sessions">{t("password.toSessions")}</Link>
          </p>
        </Notice>
      )}
      <div className="max-w-md">
        <ServerForm form={form} submitLabel={t("password.submit")} pendingLabel={t("password.pending")}>
          {/* Password managers save the new password under this name. */}
          <Field
            label={t("fields.email")}
            type="email"
            name="username"
            autoComplete="username"
            readOnly
            value={owner?.email ?? ""}
          />
          <PasswordField
            label={t("fields.currentPassword")}
            autoComplete="current-password"
            required
            {...form.field("current_password")}
          />
          <PasswordField
            label={t("fields.newPassword")}
            autoComplete="new-password"
            required
            hint={t("fields.passwordHint", { min: limits.passwordMin })}
            {...form.field("new_password")}
          />
        </ServerForm>
      </div>
    </Page>
  );
}
