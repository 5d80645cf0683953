import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import { failureText } from "@/i18n/problemText";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";

interface ConfirmDialogProps {
  title: string;
  text: ReactNode;
  confirmLabel: string;
  pendingLabel: string;
  /** The dialog closes when it is done, and says what went wrong when it is not. */
  confirm(): Promise<void>;
  onClose(): void;
}

export function ConfirmDialog({ title, text, confirmLabel, pendingLabel, confirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function act() {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await confirm();
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setPending(false);
    }
  }

  return (
    <Dialog role="alertdialog" title={title} description={text} onDismiss={onClose}>
      {failure && <Notice tone="error">{failureText(failure, t)}</Notice>}
      <div className="actions">
        {/* First, so that the focus starts on what changes nothing. */}
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button look="primary" onClick={() => void act()} aria-disabled={pending || undefined}>
          {pending ? pendingLabel : confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
