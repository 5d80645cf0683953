import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { authService } from "./authService";
import { useAuth } from "./authStore";
import { LoginSteps } from "./LoginSteps";
import { coordinator } from "./session";
import type { SessionState } from "./session/sessionState";
import { usePolicy } from "./usePolicy";

export function LoginPage() {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const unconfirmed = useAuth(({ state }) => state.phase === "out" && state.reason === "unconfirmed");
  const reason = useReason();
  const policy = usePolicy();

  const notice =
    reason === "ended"
      ? t("login.notice.ended")
      : reason === "signed_out" && !unconfirmed
        ? t("login.notice.signedOut")
        : reason === "deleted"
          ? t("login.notice.deleted")
          : search.has("return_to")
            ? t("login.notice.required")
            : null;

  return (
    <Page title={t("login.title")} lead={t("login.lead")}>
      {unconfirmed && (
        <Notice tone="error">
          <p>{t("login.notice.unconfirmed")}</p>
          <Button className="mt-3" onClick={() => void authService.logout()}>
            {t("login.notice.unconfirmedRetry")}
          </Button>
        </Notice>
      )}
      <LoginSteps notice={notice} />
      <p className="page-aside">
        <Link to="/forgot">{t("login.forgot")}</Link>
      </p>
      {policy.data?.registration !== "closed" && (
        <p className="page-aside">
          {t("login.noAccount")}{" "}
          <Link to={{ pathname: "/register", search: search.toString() }}>{t("login.register")}</Link>
        </p>
      )}
    </Page>
  );
}

/** Why somebody is here, once: the next visit to this page no longer tells it. */
function useReason() {
  const state = useAuth(({ state }) => state);
  const now = reasonOf(state);
  const [reason, setReason] = useState(now);
  useEffect(() => {
    if (now !== null) setReason(now);
    if (state.phase === "out" && state.reason !== null) coordinator.endTold();
  }, [now, state]);
  return reason;
}

function reasonOf(state: SessionState): "signed_out" | "ended" | "deleted" | null {
  if (state.phase === "interrupted") return "ended";
  if (state.phase === "out" && state.reason === "deleted") return "deleted";
  return state.phase === "out" && state.reason !== null ? "signed_out" : null;
}
