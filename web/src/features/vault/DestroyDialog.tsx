import { useTranslation } from "react-i18next";
import type { Secret } from "@/api/types";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { secretService } from "./secretService";

interface DestroyDialogProps {
  what: Secret | "all";
  onDone(): Promise<void>;
  onClose(): void;
}

/** Asks before something goes that nobody can bring back. */
export function DestroyDialog({ what, onDone, onClose }: DestroyDialogProps) {
  const { t } = useTranslation();
  const labels = { confirmLabel: t("secrets.destroy"), pendingLabel: t("secrets.destroying"), onClose };
  if (what === "all") {
    return (
      <ConfirmDialog
        {...labels}
        title={t("secrets.noneReadable.title")}
        text={t("secrets.noneReadable.question")}
        confirm={async () => {
          await secretService.destroyAll();
          await onDone();
        }}
      />
    );
  }
  return (
    <ConfirmDialog
      {...labels}
      title={t("secrets.confirmDestroy.title", { name: what.name })}
      text={t("secrets.confirmDestroy.text")}
      confirm={async () => {
        await secretService.destroy(what.name);
        await onDone();
      }}
    />
  );
}
