import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { pageKey } from "./keys";

const rows = ["search", "help", "move", "ends", "zoom", "page", "leave"] as const;

export function HelpDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("charts");
  return (
    <Dialog title={t("help.title")} description={t("help.text")} onDismiss={onClose}>
      <dl className="chart-keys">
        {rows.map((row) => (
          <div key={row}>
            <dt>
              <kbd>{t(`help.keys.${row}`)}</kbd>
            </dt>
            <dd>{t(`help.${row}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="actions">
        <Button onClick={onClose}>{t("help.close")}</Button>
      </div>
    </Dialog>
  );
}

/** Opened by the question mark. */
export function useHelp() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (pageKey(event) !== "help" || document.querySelector(".dialog")) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return { isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}
