import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf, isVaultLocked } from "@/api/failure";
import { authService } from "@/features/account/authService";
import { factorService } from "@/features/account/factorService";
import { accountKeys } from "@/features/account/queries";
import { useMe } from "@/features/account/useMe";
import { usePolicy } from "@/features/account/usePolicy";
import { useLimits } from "@/features/chat/limits";
import { settingsKeys } from "@/features/settings/queries";
import { settingsService } from "@/features/settings/settingsService";
import { type DeskNotice, noticesOf } from "./noticesOf";

/** Nothing is said of what could not be asked for: the pages themselves tell. */
export function Notices({ guided }: { guided: boolean }) {
  const { t } = useTranslation("desk");
  const limits = useLimits();
  const me = useMe();
  const policy = usePolicy();
  const llm = useQuery({ queryKey: settingsKeys.llm, queryFn: ({ signal }) => settingsService.llm(signal) });
  const exchange = useQuery({
    queryKey: settingsKeys.exchange,
    queryFn: ({ signal }) => settingsService.exchange(signal),
  });
  const sessions = useQuery({ queryKey: accountKeys.sessions, queryFn: ({ signal }) => authService.sessions(signal) });
  const factor = useQuery({
    queryKey: accountKeys.secondFactor,
    queryFn: ({ signal }) => factorService.get(signal),
    enabled: me.data?.second_factor ?? false,
  });
  const notices = noticesOf({
    limits: limits.data,
    llm: llm.data,
    exchange: exchange.data,
    me: me.data,
    policy: policy.data,
    factor: factor.data,
    otherSessions: sessions.data?.filter(({ is_current }) => !is_current).length,
    vaultLocked: [llm.error, exchange.error].some((error) => error !== null && isVaultLocked(failureOf(error))),
    guided,
  });
  if (notices.length === 0) return null;
  return (
    <section className="start-notices" aria-labelledby="start-notices">
      <h2 id="start-notices" className="section-title">
        {t(notices.some(({ tone }) => tone === "ask") ? "start.attention" : "start.look")}
      </h2>
      <ul>
        {notices.map((notice) => (
          <NoticeRow key={notice.kind} notice={notice} />
        ))}
      </ul>
    </section>
  );
}

function NoticeRow({ notice: { kind, tone, path, count } }: { notice: DeskNotice }) {
  const { t } = useTranslation("desk");
  const text =
    kind === "codes" || kind === "sessions"
      ? t(`start.notices.${kind}.text`, { count: count ?? 0 })
      : t(`start.notices.${kind}.text`);
  return (
    <li className="start-notice" data-tone={tone}>
      <p>{text}</p>
      <Link to={path}>{t(`start.notices.${kind}.link`)}</Link>
    </li>
  );
}
