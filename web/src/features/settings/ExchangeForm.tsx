import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, problemType } from "@/api/failure";
import type { ExchangeReply } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox } from "@/components/Choices";
import { SecretField } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { LeaveGuard } from "@/forms/LeaveGuard";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { credentialsOf, exchangeSchema, noCredentials } from "./exchangeForm";
import { Outcome } from "./Outcome";
import { exchangeName, exchangeTold } from "./outcome";
import { ReplaceOffer } from "./ReplaceOffer";
import { settingsService } from "./settingsService";
import { useReplacing } from "./useReplacing";

interface ExchangeFormProps {
  title: string;
  /** What is stored cannot be read, and what is entered takes its place. */
  overwrites: boolean;
  /** Something is sent: what was said before is over. */
  onBegin(): void;
  onSaved(reply: ExchangeReply): void;
  onCancel: (() => void) | null;
}

export function ExchangeForm({ title, overwrites, onBegin, onSaved, onCancel }: ExchangeFormProps) {
  const { t } = useTranslation();
  const heading = useId();
  const [refused, setRefused] = useState<ExchangeReply | null>(null);
  /** The exchange said that the key that stands here may withdraw; whether it is wanted nevertheless. */
  const [withdrawal, setWithdrawal] = useState<"asked" | "accepted" | "missed" | null>(null);
  const replacing = useReplacing(overwrites);
  const form = useServerForm({
    schema: exchangeSchema,
    defaultValues: noCredentials,
    fields: ["api_key", "api_secret", "passphrase"],
    submit: async (values) => {
      if (withdrawal === "asked" || withdrawal === "missed") return setWithdrawal("missed");
      setRefused(null);
      onBegin();
      const insists = { acceptWithdraw: withdrawal === "accepted", replaceUnreadable: replacing.begin() };
      const reply = await settingsService.saveExchange(credentialsOf(values, insists));
      if (reply.status === "error") return setRefused(reply);
      form.reset();
      setWithdrawal(null);
      onSaved(reply);
    },
    intercept: (failure) => {
      if (replacing.meets(failure)) return true;
      if (!isProblem(failure, problemType.keyMayWithdraw)) return false;
      setWithdrawal("asked");
      return true;
    },
  });
  const told = refused && exchangeTold("saved", refused);

  return (
    <section className="mt-10 max-w-md" aria-labelledby={heading}>
      <LeaveGuard active={form.dirty && !form.pending} />
      <h2 id={heading} className="section-title">
        {title}
      </h2>
      <p className="mt-2 text-muted">{t("exchange.advice")}</p>
      {overwrites && <Notice tone="info">{t("settings.overwrites")}</Notice>}
      {told && <Outcome tone={told.tone} text={t(told.key)} who={exchangeName} words={told.words} />}
      <ServerForm form={form} submitLabel={t("settings.save")} pendingLabel={t("exchange.saving")}>
        {/* Another key is another question. */}
        <div className="form mt-0" onInput={() => setWithdrawal(null)}>
          <SecretField autoFocus={onCancel !== null} label={t("exchange.apiKey")} required {...form.field("api_key")} />
          <SecretField label={t("exchange.apiSecret")} required {...form.field("api_secret")} />
          <SecretField
            label={t("exchange.passphrase")}
            hint={t("exchange.passphraseHint")}
            required
            {...form.field("passphrase")}
          />
        </div>
        {replacing.offered && <ReplaceOffer onInsist={replacing.insist} />}
        {withdrawal && (
          <Insist
            accepted={withdrawal === "accepted"}
            missed={withdrawal === "missed"}
            onChange={(accepted) => setWithdrawal(accepted ? "accepted" : "asked")}
          />
        )}
      </ServerForm>
      {onCancel && (
        <div className="actions">
          <Button onClick={onCancel}>{t("app.cancel")}</Button>
        </div>
      )}
    </section>
  );
}

interface InsistProps {
  accepted: boolean;
  missed: boolean;
  onChange(accepted: boolean): void;
}

/** The key may withdraw: it is saved only for those who say that they know. */
function Insist({ accepted, missed, onChange }: InsistProps) {
  const { t } = useTranslation();
  const notice = useFocusOnMount<HTMLDivElement>();
  return (
    <>
      <Notice tone="error" ref={notice}>
        <p className="font-semibold">{t("exchange.withdraw.title")}</p>
        <p>{t("exchange.withdraw.text")}</p>
      </Notice>
      <Checkbox
        label={t("exchange.withdraw.accept")}
        hint={t("exchange.withdraw.acceptHint")}
        error={missed ? t("exchange.withdraw.missed") : undefined}
        checked={accepted}
        onChange={(event) => onChange(event.target.checked)}
      />
    </>
  );
}
