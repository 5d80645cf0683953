import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as z from "zod/mini";
import type { Invited } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { rules } from "@/forms/checks";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { useFormat } from "@/i18n/useFormat";
import { adminService } from "./adminService";
import { LinkShown } from "./LinkShown";
import { adminKeys } from "./queries";

const invitationSchema = z.object({
  // Not the words of the other forms: it is not one's own address.
  email: rules([(text) => text.trim() !== "", "required"], [(text) => /.@./su.test(text.trim()), "email.not_an_email"]),
  is_admin: z.boolean(),
});

/** Makes an account and shows its link, once: it is kept in this dialog only. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("admin");
  const { t: common } = useTranslation();
  const format = useFormat();
  const cache = useQueryClient();
  const [invited, setInvited] = useState<Invited | null>(null);
  const form = useServerForm({
    schema: invitationSchema,
    defaultValues: { email: "", is_admin: false },
    fields: ["email", "is_admin"],
    submit: async (invitation) => {
      setInvited(await adminService.invite(invitation));
      void cache.invalidateQueries({ queryKey: adminKeys.all });
    },
  });

  if (invited) {
    const { email } = invited.user;
    return (
      <Dialog
        title={t("invite.done", { email })}
        description={t(invited.mailed ? "link.setupMailed" : "link.setup", {
          email,
          time: format.dateTime(invited.link.expires_at),
        })}
      >
        <LinkShown link={invited.link} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={t("invite.title")} description={t("invite.text")} onDismiss={form.pending ? undefined : onClose}>
      <ServerForm form={form} submitLabel={t("invite.submit")} pendingLabel={t("invite.pending")}>
        <Field
          label={t("invite.email")}
          type="email"
          // Somebody else's: the browser's own suggestions would be wrong.
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          {...form.field("email")}
        />
        <Checkbox label={t("invite.admin")} hint={t("invite.adminHint")} {...form.field("is_admin")} />
      </ServerForm>
      <div className="actions">
        <Button onClick={() => form.pending || onClose()} aria-disabled={form.pending || undefined}>
          {common("app.cancel")}
        </Button>
      </div>
    </Dialog>
  );
}
