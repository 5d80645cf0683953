/** The facts that a sheet tells of something stored: its state, when it was used, when it was changed. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { SettingState } from "@/api/types";
import { When } from "@/components/When";

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const tones = { verified: undefined, not_verified: "quiet", invalid: "error", unreadable: "error" } as const;

interface StateFactProps {
  state: SettingState;
  verifiedAt: string | undefined;
  message: string | undefined;
  who: string;
}

export function StateFact({ state, verifiedAt, message, who }: StateFactProps) {
  const { t } = useTranslation();
  return (
    <Fact name={t("settings.state.label")}>
      <span className="badge" data-tone={tones[state]}>
        {t(`settings.state.${state}`)}
      </span>
      {state !== "verified" && <p className="row-text mt-1">{t(`settings.state.${state}Hint`)}</p>}
      {verifiedAt && (
        <p className="row-text mt-1">
          {t("settings.state.verifiedHint")} <When at={verifiedAt} />
        </p>
      )}
      {state === "invalid" && message && (
        <>
          <p className="row-text">{t("settings.says", { who })}</p>
          <blockquote className="words row-text">{message}</blockquote>
        </>
      )}
    </Fact>
  );
}

interface UseFactsProps {
  host: string | undefined;
  lastUsed: string | undefined;
  lastChanged: string | undefined;
}

export function UseFacts({ host, lastUsed, lastChanged }: UseFactsProps) {
  const { t } = useTranslation();
  return (
    <>
      {host && (
        <Fact name={t("settings.host")}>
          <code>{host}</code>
        </Fact>
      )}
      <Fact name={t("settings.lastUsed")}>{lastUsed ? <When at={lastUsed} /> : t("settings.neverUsed")}</Fact>
      {lastChanged && (
        <Fact name={t("settings.lastChanged")}>
          <When at={lastChanged} />
        </Fact>
      )}
    </>
  );
}
