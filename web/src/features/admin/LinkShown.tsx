import { useTranslation } from "react-i18next";
import type { OneTimeLink } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyField } from "@/components/CopyField";

/** The end of a dialog that made a link: the link, and a button that says it was kept. Nothing else closes the dialog. */
export function LinkShown({ link, onClose }: { link: OneTimeLink; onClose(): void }) {
  const { t } = useTranslation("admin");
  return (
    <div className="mt-6">
      <CopyField label={t("link.label")} value={link.url} autoFocus />
      <p className="mt-4 font-medium">{t("link.once")}</p>
      <div className="actions">
        <Button look="primary" onClick={onClose}>
          {t("link.close")}
        </Button>
      </div>
    </div>
  );
}
