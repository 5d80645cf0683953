import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";

interface RenameDialogProps {
  title: string;
  /** False when it failed, which is told elsewhere. */
  rename(title: string): Promise<boolean>;
  onClose(): void;
}

const longest = 255;

export function RenameDialog({ title: before, rename, onClose }: RenameDialogProps) {
  const { t } = useTranslation();
  const { t: tChat } = useTranslation("chat");
  const [title, setTitle] = useState(before);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    const wanted = title.trim();
    if (wanted === "") return setError(tChat("rename.empty"));
    if ([...wanted].length > longest) return setError(tChat("rename.tooLong", { count: longest }));
    setPending(true);
    await rename(wanted);
    onClose();
  }

  return (
    <Dialog title={tChat("rename.title")} description={tChat("rename.text")} initialFocus="input" onDismiss={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)} noValidate>
        <Field
          label={tChat("rename.field")}
          value={title}
          error={error}
          autoComplete="off"
          onChange={(event) => {
            setTitle(event.target.value);
            setError(undefined);
          }}
        />
        <div className="actions mt-0">
          <Button type="submit" look="primary" aria-disabled={pending || undefined}>
            {pending ? tChat("rename.saving") : tChat("rename.save")}
          </Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
