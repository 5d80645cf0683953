import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ExchangeReply, ExchangeSettings } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Notice } from "@/components/Notice";
import { accountKeys } from "@/features/account/queries";
import { useAction } from "@/features/account/useAction";
import { secretKeys } from "@/features/vault/queries";
import { ExchangeFacts } from "./ExchangeFacts";
import { ExchangeForm } from "./ExchangeForm";
import { Outcome } from "./Outcome";
import { exchangeName, exchangeTold } from "./outcome";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";

export function Exchange({ settings }: { settings: ExchangeSettings }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [replacing, setReplacing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [said, setSaid] = useState<ReturnType<typeof exchangeTold> | null>(null);

  function take(act: "saved" | "tested" | "removed", reply: ExchangeReply) {
    cache.setQueryData(settingsKeys.exchange, reply.exchange);
    void cache.invalidateQueries({ queryKey: secretKeys.all });
    void cache.invalidateQueries({ queryKey: accountKeys.timeline });
    setSaid(exchangeTold(act, reply));
  }

  const lost = settings.state === "unreadable";

  const test = useAction(async () => {
    setSaid(null);
    take("tested", await settingsService.testExchange());
  });

  return (
    <>
      {said && <Outcome tone={said.tone} text={t(said.key)} who={exchangeName} words={said.words} />}
      {settings.configured ? (
        <>
          <ExchangeFacts settings={settings} />
          {test.message && <Notice tone="error">{test.message}</Notice>}
          <div className="actions">
            {!lost && (
              <Button look="primary" onClick={test.run} aria-disabled={test.pending || undefined}>
                {test.pending ? t("settings.testing") : t("settings.test")}
              </Button>
            )}
            {!replacing && (
              <Button
                look={lost ? "primary" : "quiet"}
                onClick={() => {
                  setSaid(null);
                  setReplacing(true);
                }}
              >
                {t("exchange.replace")}
              </Button>
            )}
            <Button look="danger" onClick={() => setRemoving(true)}>
              {t("settings.remove")}
            </Button>
          </div>
        </>
      ) : (
        <p className="page-aside">{t("exchange.none")}</p>
      )}
      {(replacing || !settings.configured) && (
        <ExchangeForm
          title={settings.configured ? t("exchange.replace") : t("exchange.new")}
          overwrites={lost}
          onBegin={() => setSaid(null)}
          onSaved={(reply) => {
            setReplacing(false);
            take("saved", reply);
          }}
          onCancel={settings.configured ? () => setReplacing(false) : null}
        />
      )}
      {removing && (
        <ConfirmDialog
          title={t("exchange.confirm.title")}
          text={t("exchange.confirm.text")}
          confirmLabel={t("settings.remove")}
          pendingLabel={t("settings.removing")}
          confirm={async () => {
            setSaid(null);
            take("removed", await settingsService.removeExchange());
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}
