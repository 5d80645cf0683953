import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import type { DeviceSession } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { When } from "@/components/When";
import { useFormat } from "@/i18n/useFormat";
import { authService } from "./authService";
import { accountKeys } from "./queries";

/** What is asked before it is done: end one session, or all but this one. */
type Question = { kind: "one"; session: DeviceSession } | { kind: "others" };

export function SessionsPage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [question, setQuestion] = useState<Question | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const list = useQuery({
    queryKey: accountKeys.sessions,
    queryFn: ({ signal }) => authService.sessions(signal),
    staleTime: 0,
  });
  const others = list.data?.filter((session) => !session.is_current) ?? [];

  async function answer(asked: Question) {
    setDone(null);
    if (asked.kind === "others") {
      await authService.endOtherSessions();
      setDone(t("sessions.endedOthers"));
    } else if (asked.session.is_current) {
      return authService.logout();
    } else {
      await authService.endSession(asked.session.id);
      setDone(t("sessions.endedOne", { device: deviceName(asked.session) }));
    }
    await cache.invalidateQueries({ queryKey: accountKeys.all });
  }

  const deviceName = (session: DeviceSession) => session.device || t("sessions.unknownDevice");

  return (
    <Page title={t("sessions.title")} lead={t("sessions.lead")}>
      {done && <Notice tone="info">{done}</Notice>}
      {list.isPending && <Loading />}
      {list.isError && (
        <LoadFailed
          title={t("sessions.failed")}
          failure={failureOf(list.error)}
          retry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      )}
      {list.data && (
        <>
          <ul className="rows">
            {currentFirst(list.data).map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                name={deviceName(session)}
                onEnd={() => setQuestion({ kind: "one", session })}
              />
            ))}
          </ul>
          <p className="page-aside">
            {t("sessions.tokens")} <Link to="/account/tokens">{t("sessions.toTokens")}</Link>
          </p>
          {others.length === 0 ? (
            <p className="page-aside">{t("sessions.noOthers")}</p>
          ) : (
            <div className="actions">
              <Button onClick={() => setQuestion({ kind: "others" })}>{t("sessions.endOthers")}</Button>
            </div>
          )}
        </>
      )}
      {question && (
        <ConfirmDialog
          title={question.kind === "others" ? t("sessions.confirmOthers.title") : t("sessions.confirmOne.title")}
          text={
            question.kind === "others"
              ? t("sessions.confirmOthers.text", { count: others.length })
              : question.session.is_current
                ? t("sessions.confirmOne.textCurrent")
                : t("sessions.confirmOne.text", { device: deviceName(question.session) })
          }
          confirmLabel={question.kind === "others" ? t("sessions.endOthers") : t("sessions.end")}
          pendingLabel={t("sessions.ending")}
          confirm={() => answer(question)}
          onClose={() => setQuestion(null)}
        />
      )}
    </Page>
  );
}

function SessionRow({ session, name, onEnd }: { session: DeviceSession; name: string; onEnd(): void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li className="row">
      <div className="min-w-0">
        <p className="row-title">
          {name}
          {session.is_current && <span className="badge">{t("sessions.current")}</span>}
        </p>
        <p className="row-text">
          {t("sessions.address")} <code>{session.address}</code>
        </p>
        <p className="row-text">
          {t("sessions.lastUsed")} <When at={session.last_used_at} />
        </p>
        <p className="row-text">
          {t("sessions.signedIn")} <When at={session.created_at} /> ·{" "}
          {t("sessions.expires", { time: format.dateTime(session.expires_at) })}
        </p>
      </div>
      <Button className="row-action" onClick={onEnd} aria-label={`${t("sessions.end")}: ${name}, ${session.address}`}>
        {t("sessions.end")}
      </Button>
    </li>
  );
}

function currentFirst(sessions: DeviceSession[]): DeviceSession[] {
  return [...sessions].sort(
    (a, b) => Number(b.is_current) - Number(a.is_current) || b.last_used_at.localeCompare(a.last_used_at),
  );
}
