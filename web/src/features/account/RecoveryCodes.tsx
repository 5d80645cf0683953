import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useHold } from "@/app/AppRouter";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { CopyButton } from "@/components/CopyButton";
import { Page } from "@/components/Page";
import { saveFile } from "@/components/saveFile";
import { useAuth, useOwner } from "./authStore";
import { recoveryFile } from "./secondFactor";

/** Shown once, right after they were made. Leaving without having kept them is possible, but not by accident. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept(): void }) {
  const { t } = useTranslation();
  const owner = useOwner();
  const generation = useAuth(({ generation }) => generation);
  const [mine] = useState(generation);
  // Whoever signs in after the owner is taken home, and holds nobody up.
  const held = useHold(() => useAuth.getState().generation === mine);
  const title = t("recovery.fileTitle", { email: owner?.email ?? "", host: window.location.host });

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, []);

  return (
    <Page title={t("recovery.title")} lead={t("recovery.lead")}>
      <section className="codes" aria-label={t("factor.codes")}>
        <p className="print-only">{title}</p>
        <ol>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </section>
      <div className="actions">
        <Button onClick={() => saveFile("kontor-recovery-codes.txt", recoveryFile(codes, title))}>
          {t("recovery.download")}
        </Button>
        <Button onClick={() => window.print()}>{t("recovery.print")}</Button>
        <CopyButton text={codes.join("\n")} label={t("recovery.copy")} />
      </div>
      <div className="actions">
        <Button look="primary" onClick={onKept}>
          {t("recovery.kept")}
        </Button>
      </div>
      {held && (
        <ConfirmDialog
          title={t("recovery.leave.title")}
          text={t("recovery.leave.text")}
          confirmLabel={t("recovery.leave.confirm")}
          pendingLabel={t("recovery.leave.pending")}
          confirm={async () => held.proceed()}
          onClose={held.stay}
        />
      )}
    </Page>
  );
}
