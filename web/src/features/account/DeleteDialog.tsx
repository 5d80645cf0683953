import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { useOwner } from "./authStore";
import { leavingService } from "./leavingService";
import { useAction } from "./useAction";

/** Says what will be gone, and goes on only when the account's address was typed. */
export function DeleteDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const email = useOwner()?.email ?? "";
  const [typed, setTyped] = useState("");
  const [missed, setMissed] = useState(false);
  const deletion = useAction(() => leavingService.deleteAccount());
  const matches = typed.trim().toLowerCase() === email;

  return (
    <Dialog role="alertdialog" title={t("leave.delete.sure")} description={t("leave.delete.gone")} onDismiss={onClose}>
      {deletion.message && <Notice tone="error">{deletion.message}</Notice>}
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setMissed(!matches);
          if (matches) deletion.run();
        }}
      >
        <Field
          label={t("leave.delete.type", { email })}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setMissed(false);
          }}
          error={missed ? t("leave.delete.mismatch") : undefined}
        />
        <div className="actions mt-0">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="danger" aria-disabled={deletion.pending || undefined}>
            {deletion.pending ? t("leave.delete.pending") : t("leave.delete.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
