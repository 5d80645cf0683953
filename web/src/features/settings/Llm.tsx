import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { LlmReply, LlmSettings } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Notice } from "@/components/Notice";
import { accountKeys } from "@/features/account/queries";
import { useAction } from "@/features/account/useAction";
import { secretKeys } from "@/features/vault/queries";
import { Fact, StateFact, UseFacts } from "./Facts";
import { choiceOfModel, LlmForm } from "./LlmForm";
import { Outcome } from "./Outcome";
import { llmTold } from "./outcome";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";

/** A model was named, and nothing speaks against asking it. */
const isReady = (told: string, { model }: LlmSettings): boolean =>
  Boolean(model) && (told === "llm.saved" || told === "llm.tested");

export function Llm({ settings }: { settings: LlmSettings }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [dirty, setDirty] = useState(false);
  /** `isSaved`: of a test that a save began. */
  const [said, setSaid] = useState<(ReturnType<typeof llmTold> & { isSaved: boolean }) | null>(null);
  /** What the provider listed at the last test. */
  const [models, setModels] = useState<readonly string[]>([]);
  const who = settings.provider ? t(`llm.short.${settings.provider}`) : "";

  function take(act: "saved" | "tested" | "removed", reply: LlmReply, isSaved = false) {
    cache.setQueryData(settingsKeys.llm, reply.llm);
    void cache.invalidateQueries({ queryKey: secretKeys.all });
    void cache.invalidateQueries({ queryKey: accountKeys.timeline });
    setModels([...new Set(reply.models ?? [])]);
    setSaid({ ...llmTold(act, reply), isSaved });
  }

  const test = useAction(async (isSaved: boolean) => take("tested", await settingsService.testLlm(), isSaved));
  const testButton = (run: () => void) => (
    <Button onClick={run} aria-disabled={test.pending || undefined}>
      {test.pending ? t("settings.testing") : t("settings.test")}
    </Button>
  );

  function saved(reply: LlmReply) {
    const known = models;
    take("saved", reply);
    // Chosen among those that the provider listed: what is left of the way is gone at once.
    const { model, host } = reply.llm;
    if (model !== null && known.includes(model) && host === settings.host) test.run(true);
  }

  const text = said && [t(said.key, { model: settings.model ?? "" })];
  if (said?.isSaved) text?.unshift(t("llm.isSaved"));
  else if (models.length > 0) text?.push(t("llm.models", { count: models.length }));
  // Where the words ask for it the button stands, and nowhere else.
  const asksForTest = said?.key === "llm.saved";
  const hasToChoose = models.length > 0 && !settings.model;
  if (hasToChoose) text?.push(t("llm.chooseNext"));

  return (
    <>
      {said && (
        <Outcome key={said.key} tone={said.tone} text={text?.join(" ") ?? ""} who={who} words={said.words}>
          {hasToChoose && (
            <div className="actions">
              <Button onClick={() => document.getElementById(choiceOfModel)?.focus()}>{t("llm.toChoice")}</Button>
            </div>
          )}
          {asksForTest && <div className="actions">{testButton(() => test.run(false))}</div>}
          {isReady(said.key, settings) && (
            <p className="mt-3">
              <Link to="/chat/new">{t("llm.ready")}</Link>
            </p>
          )}
        </Outcome>
      )}
      {settings.configured ? (
        <>
          <dl className="sheet">
            {settings.state && (
              <StateFact
                state={settings.state}
                verifiedAt={settings.verified_at}
                message={settings.message}
                who={who}
              />
            )}
            <Fact name={t("settings.key")}>
              {settings.api_key_masked === null ? t("settings.noKey") : <code>{settings.api_key_masked}</code>}
            </Fact>
            <UseFacts host={settings.host} lastUsed={settings.last_used_at} lastChanged={settings.last_changed_at} />
          </dl>
          {test.message && <Notice tone="error">{test.message}</Notice>}
          <div className="actions">
            {settings.state !== "unreadable" &&
              !asksForTest &&
              testButton(() => {
                setSaid(null);
                test.run(false);
              })}
            <Button look="danger" onClick={() => setRemoving(true)}>
              {t("settings.remove")}
            </Button>
          </div>
          {dirty && <p className="row-text mt-3">{t("llm.unsavedTest")}</p>}
        </>
      ) : (
        <p className="page-aside">
          {settings.operator_model ? t("llm.operators", { model: settings.operator_model.model }) : t("llm.none")}
        </p>
      )}
      <LlmForm settings={settings} models={models} onDirty={setDirty} onBegin={() => setSaid(null)} onSaved={saved} />
      {removing && (
        <ConfirmDialog
          title={t("llm.confirm.title")}
          text={t("llm.confirm.text")}
          confirmLabel={t("settings.remove")}
          pendingLabel={t("settings.removing")}
          confirm={async () => {
            setSaid(null);
            take("removed", await settingsService.removeLlm());
          }}
          onClose={() => setRemoving(false)}
        />
      )}
    </>
  );
}
