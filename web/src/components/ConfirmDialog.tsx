import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import { failureText } from "@/i18n/problemText";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";

/** What an act gave, shown in the place of the question; its content closes the dialog. */
export interface Outcome {
  title: string;
  text: ReactNode;
  content: ReactNode;
}

interface ConfirmDialogProps {
  title: string;
  text: ReactNode;
  confirmLabel: string;
  pendingLabel: string;
  /** The dialog closes when it is done, unless that gave something to show, and says what went wrong when it is not. */
  confirm(): Promise<Outcome | void>;
  /** Asked before `confirm`: false when something is missing, which the content of the dialog then says. */
  ready?(): boolean;
  onClose(): void;
  children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, confirmLabel, pendingLabel, confirm, ready, onClose, children } = props;
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  async function act() {
    if (pending || ready?.() === false) return;
    setPending(true);
    setFailure(null);
    try {
      const given = await confirm();
      if (given) setOutcome(given);
      else onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setPending(false);
    }
  }

  if (outcome) {
    return (
      <Dialog title={outcome.title} description={outcome.text}>
        {outcome.content}
      </Dialog>
    );
  }
  return (
    <Dialog role="alertdialog" title={title} description={text} onDismiss={onClose}>
      {failure && <Notice tone="error">{failureText(failure, t)}</Notice>}
      {children}
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
