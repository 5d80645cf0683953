import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Secret } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { accountKeys } from "@/features/account/queries";
import { useAction } from "@/features/account/useAction";
import { settingsKeys } from "@/features/settings/queries";
import { DestroyDialog } from "./DestroyDialog";
import { secretKeys } from "./queries";
import { SecretForm } from "./SecretForm";
import { isAllLost, isDeleted, type SecretAct } from "./secretList";
import { SecretRow } from "./SecretRow";
import { secretService } from "./secretService";

/** What was done last, and to which secret. */
interface Said {
  what: "saved" | "deleted" | "restored" | "destroyed" | "allGone";
  name: string;
}

interface SecretsProps {
  secrets: readonly Secret[];
  refresh(): Promise<readonly Secret[]>;
}

/** The list, and what can be done about each entry; one form at a time stands above it. */
export function Secrets({ secrets, refresh }: SecretsProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState<Secret | "new" | null>(null);
  /** From the form: the focus goes back to where it began. */
  const [returned, setReturned] = useState(false);
  const [doomed, setDoomed] = useState<Secret | "all" | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const changed = useChanged();

  const quick = useAction(async (act: "delete" | "restore", name: string) => {
    setSaid(null);
    if (act === "delete") await secretService.remove(name);
    else await secretService.restore(name);
    await changed();
    setSaid({ what: act === "delete" ? "deleted" : "restored", name });
  });

  function act(secret: Secret, what: Exclude<SecretAct, "reveal">) {
    setSaid(null);
    if (what === "replace") setForm(secret);
    else if (what === "destroy") setDoomed(secret);
    else quick.run(what, secret.name);
  }

  const rows = (shown: readonly Secret[], label: string) => (
    <ul className="rows" aria-label={label}>
      {shown.map((secret) => (
        <SecretRow
          key={`${secret.name} ${secret.version}`}
          secret={secret}
          onAct={(what) => act(secret, what)}
          onRevealed={() => void changed()}
        />
      ))}
    </ul>
  );
  const present = secrets.filter((secret) => !isDeleted(secret));
  const deleted = secrets.filter(isDeleted);

  return (
    <>
      {said && (
        <Told key={`${said.what} ${said.name}`}>
          <p>
            {said.what === "allGone" ? t("secrets.noneReadable.done") : t(`secrets.${said.what}`, { name: said.name })}
          </p>
          {said.what === "deleted" && (
            <Button className="mt-3" onClick={() => quick.run("restore", said.name)}>
              {quick.pending ? t("secrets.undoing") : t("secrets.undo")}
            </Button>
          )}
        </Told>
      )}
      {quick.message && <Notice tone="error">{quick.message}</Notice>}
      {isAllLost(secrets) && (
        <Notice tone="error">
          <p>{t("secrets.noneReadable.text")}</p>
          <Button look="danger" className="mt-3" onClick={() => setDoomed("all")}>
            {t("secrets.noneReadable.button")}
          </Button>
        </Notice>
      )}
      {form ? (
        <SecretForm
          key={form === "new" ? "" : form.name}
          before={form === "new" ? null : form}
          secrets={secrets}
          refresh={refresh}
          onSaved={(saved) => {
            setForm(null);
            setSaid({ what: "saved", name: saved.name });
            void changed();
          }}
          onCancel={() => setForm(null)}
        />
      ) : (
        <div className="actions">
          <Button
            look="primary"
            autoFocus={returned}
            onClick={() => {
              setReturned(true);
              setSaid(null);
              setForm("new");
            }}
          >
            {t("secrets.new")}
          </Button>
        </div>
      )}
      {present.length === 0 && (
        <div className="empty">
          <p className="font-semibold">{t("secrets.empty.title")}</p>
          <p className="text-muted">{t("secrets.empty.text")}</p>
        </div>
      )}
      {present.length > 0 && rows(present, t("secrets.title"))}
      {deleted.length > 0 && (
        <section className="mt-12" aria-labelledby="deleted-title">
          <h2 id="deleted-title" className="section-title">
            {t("secrets.deletedTitle")}
          </h2>
          {rows(deleted, t("secrets.deletedTitle"))}
        </section>
      )}
      {doomed && (
        <DestroyDialog
          what={doomed}
          onDone={async () => {
            await changed();
            setSaid(doomed === "all" ? { what: "allGone", name: "" } : { what: "destroyed", name: doomed.name });
          }}
          onClose={() => setDoomed(null)}
        />
      )}
    </>
  );
}

function Told({ children }: { children: ReactNode }) {
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <Notice tone="info" ref={notice}>
      {children}
    </Notice>
  );
}

/** What other pages show of the vault, and the log, is asked for anew. */
function useChanged() {
  const cache = useQueryClient();
  return async () => {
    void cache.invalidateQueries({ queryKey: settingsKeys.exchange });
    void cache.invalidateQueries({ queryKey: settingsKeys.llm });
    void cache.invalidateQueries({ queryKey: accountKeys.timeline });
    await cache.invalidateQueries({ queryKey: secretKeys.all });
  };
}
