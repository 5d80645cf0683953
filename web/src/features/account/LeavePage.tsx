import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { saveFile } from "@/components/saveFile";
import { useFormat } from "@/i18n/useFormat";
import { DeleteDialog } from "./DeleteDialog";
import { leavingService } from "./leavingService";
import { useAction } from "./useAction";

/** What is here can be taken along, and the account can go. */
export function LeavePage() {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <Page title={t("leave.title")} lead={t("leave.lead")}>
      <Export />
      <section className="mt-12 max-w-prose" aria-labelledby="delete-title">
        <h2 id="delete-title" className="section-title">
          {t("leave.delete.title")}
        </h2>
        <p className="mt-2 text-muted">{t("leave.delete.text")}</p>
        <div className="actions">
          <Button look="danger" onClick={() => setAsking(true)}>
            {t("leave.delete.open")}
          </Button>
        </div>
      </section>
      {asking && <DeleteDialog onClose={() => setAsking(false)} />}
    </Page>
  );
}

function Export() {
  const { t } = useTranslation();
  const format = useFormat();
  const [bytes, setBytes] = useState(0);
  const [saved, setSaved] = useState<string | null>(null);
  const stop = useRef<AbortController | null>(null);
  const download = useAction(async () => {
    const controller = new AbortController();
    stop.current = controller;
    setBytes(0);
    setSaved(null);
    try {
      const file = await leavingService.export(setBytes, controller.signal);
      saveFile(file.name, file.content);
      setSaved(file.name);
    } catch (error) {
      // Given up by the person: nothing went wrong.
      if (!controller.signal.aborted) throw error;
    }
  });
  // Whoever leaves the page does not want it any more.
  useEffect(() => () => stop.current?.abort(), []);

  return (
    <section className="mt-10 max-w-prose" aria-labelledby="export-title">
      <h2 id="export-title" className="section-title">
        {t("leave.export.title")}
      </h2>
      <p className="mt-2 text-muted">{t("leave.export.text")}</p>
      {download.message && <Notice tone="error">{download.message}</Notice>}
      {saved && <Notice tone="info">{t("leave.export.done", { name: saved })}</Notice>}
      <div className="actions">
        <Button look="primary" onClick={download.run} aria-disabled={download.pending || undefined}>
          {download.pending && <span className="spinner" aria-hidden="true" />}
          {download.pending ? t("leave.export.pending") : t("leave.export.submit")}
        </Button>
        {download.pending && <Button onClick={() => stop.current?.abort()}>{t("app.cancel")}</Button>}
      </div>
      {/* The count is for the eyes; that it goes on is said once. */}
      {download.pending && (
        <p className="row-text mt-3" aria-hidden="true">
          {t("leave.export.progress", { size: format.bytes(bytes) })}
        </p>
      )}
      <span role="status" className="visually-hidden">
        {download.pending ? t("leave.export.pending") : ""}
      </span>
    </section>
  );
}
