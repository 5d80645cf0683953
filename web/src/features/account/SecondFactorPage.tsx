import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import type { SecondFactor, TotpSecret } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { useFormat } from "@/i18n/useFormat";
import { factorService } from "./factorService";
import { accountKeys } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";
import { tokenService } from "./tokenService";
import { TotpSetup } from "./TotpSetup";
import { useAction } from "./useAction";

/** From how many on the page asks for new ones. */
const fewCodes = 3;

/** Where somebody is with what is shown only once; everything else is the server's state. */
type Step = { kind: "setup"; enrolment: TotpSecret } | { kind: "codes"; codes: string[] };

export function SecondFactorPage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const factor = useQuery({
    queryKey: accountKeys.secondFactor,
    queryFn: ({ signal }) => factorService.get(signal),
    staleTime: 0,
  });
  const changed = () => cache.invalidateQueries({ queryKey: accountKeys.all });

  function showCodes(codes: string[]) {
    setDone(null);
    setStep({ kind: "codes", codes });
    void changed();
  }

  if (step?.kind === "codes") {
    return (
      <RecoveryCodes
        codes={step.codes}
        onKept={() => {
          setStep(null);
          setDone(t("factor.done"));
        }}
      />
    );
  }
  return (
    <Page title={t("factor.title")} lead={t("factor.lead")}>
      {done && <Notice tone="info">{done}</Notice>}
      {factor.isPending && <Loading />}
      {factor.isError && !factor.data && (
        <LoadFailed
          title={t("factor.failed")}
          failure={failureOf(factor.error)}
          retry={() => void factor.refetch()}
          retrying={factor.isFetching}
        />
      )}
      {step?.kind === "setup" ? (
        <TotpSetup enrolment={step.enrolment} onCodes={showCodes} onCancel={() => setStep(null)} />
      ) : factor.data?.totp === "on" ? (
        <FactorOn
          factor={factor.data}
          onCodes={showCodes}
          onOff={() => {
            setDone(t("factor.isOff"));
            void changed();
          }}
        />
      ) : (
        factor.data && (
          <FactorOff
            mandatory={factor.data.mandatory}
            onBegun={(enrolment) => {
              setDone(null);
              setStep({ kind: "setup", enrolment });
            }}
          />
        )
      )}
    </Page>
  );
}

function FactorOff({ mandatory, onBegun }: { mandatory: boolean; onBegun(enrolment: TotpSecret): void }) {
  const { t } = useTranslation();
  const begin = useAction(async () => onBegun(await factorService.begin()));
  return (
    <>
      {mandatory && <Notice tone="info">{t("factor.mandatory")}</Notice>}
      <div className="prose">
        <p>{t("factor.why")}</p>
        <p>{t("factor.need")}</p>
      </div>
      {begin.message && <Notice tone="error">{begin.message}</Notice>}
      <div className="actions">
        <Button look="primary" onClick={begin.run} aria-disabled={begin.pending || undefined}>
          {begin.pending ? t("factor.beginning") : t("factor.begin")}
        </Button>
      </div>
    </>
  );
}

interface FactorOnProps {
  factor: SecondFactor;
  onCodes(codes: string[]): void;
  onOff(): void;
}

function FactorOn({ factor, onCodes, onOff }: FactorOnProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [question, setQuestion] = useState<"renew" | "off" | null>(null);
  const { recovery_codes_left: left } = factor;
  return (
    <>
      <dl className="sheet">
        <div>
          <dt>{t("factor.app")}</dt>
          <dd>
            <span className="badge">{t("factor.on")}</span>
            {factor.confirmed_at && (
              <p className="row-text">{t("factor.since", { time: format.dateTime(factor.confirmed_at) })}</p>
            )}
          </dd>
        </div>
        <div>
          <dt>{t("factor.codes")}</dt>
          <dd>
            {left <= fewCodes ? (
              <>
                <span className="badge" data-tone="error">
                  {t("factor.left", { count: left })}
                </span>
                <p className="row-text">{t("factor.few")}</p>
              </>
            ) : (
              t("factor.left", { count: left })
            )}
          </dd>
        </div>
      </dl>
      {factor.mandatory && <p className="page-aside">{t("factor.stays")}</p>}
      <TokensThatStay />
      <div className="actions">
        <Button onClick={() => setQuestion("renew")}>{t("factor.renew")}</Button>
        {!factor.mandatory && <Button onClick={() => setQuestion("off")}>{t("factor.turnOff")}</Button>}
      </div>
      {question === "renew" && (
        <ConfirmDialog
          title={t("factor.confirmRenew.title")}
          text={t("factor.confirmRenew.text")}
          confirmLabel={t("factor.renew")}
          pendingLabel={t("factor.renewing")}
          confirm={async () => onCodes(await factorService.renewRecoveryCodes())}
          onClose={() => setQuestion(null)}
        />
      )}
      {question === "off" && (
        <ConfirmDialog
          title={t("factor.confirmOff.title")}
          text={t("factor.confirmOff.text")}
          confirmLabel={t("factor.turnOff")}
          pendingLabel={t("factor.turningOff")}
          confirm={async () => {
            await factorService.turnOff();
            onOff();
          }}
          onClose={() => setQuestion(null)}
        />
      )}
    </>
  );
}

/** What somebody else made before the second step outlives it: the owner must see that there is something. */
function TokensThatStay() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: accountKeys.tokens,
    queryFn: ({ signal }) => tokenService.list(signal),
    staleTime: 0,
  });
  const valid = (list.data ?? []).filter(({ expires_at: end }) => end === undefined || Date.parse(end) > Date.now());
  if (valid.length === 0) return null;
  return (
    <p className="page-aside">
      {t("factor.tokens", { count: valid.length })} <Link to="/account/tokens">{t("sessions.toTokens")}</Link>
    </p>
  );
}
