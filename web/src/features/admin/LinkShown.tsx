import { useTranslation } from "react-i18next";
import type { OneTimeLink } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Field } from "@/components/Field";

/** The end of a dialog that made a link: the link, and a button that says it was kept. Nothing else closes the dialog. */
export function LinkShown({ link, onClose }: { link: OneTimeLink; onClose(): void }) {
  const { t } = useTranslation("admin");
  return (
    <div className="mt-6">
      <Field
        label={t("link.label")}
        hint={t("link.once")}
        value={link.url}
        readOnly
        autoFocus
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <div className="actions">
        <CopyButton text={link.url} label={t("link.copy")} />
        <Button look="primary" onClick={onClose}>
          {t("link.close")}
        </Button>
      </div>
    </div>
  );
}
