import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import { chatHome, newConversationPath } from "@/app/paths";
import { LoadFailed, Loading } from "@/components/Loading";
import { useNow } from "@/components/useNow";
import { useFormat } from "@/i18n/useFormat";
import { useLatestConversations } from "./queries";

const most = 6;

/** Those with an answer on its way first, then the latest. */
/** Guided: the steps above lead to the first one. */
export function LatestConversations({ isGuided }: { isGuided: boolean }) {
  const { t } = useTranslation("desk");
  const latest = useLatestConversations();
  const format = useFormat();
  const now = useNow();
  const rows = [...(latest.data ?? [])]
    .sort(
      (a, b) =>
        Number(b.status === "processing") - Number(a.status === "processing") ||
        Date.parse(b.updated_at) - Date.parse(a.updated_at),
    )
    .slice(0, most);
  const running = latest.data?.filter(({ status }) => status === "processing").length ?? 0;

  return (
    <section className="start-part" aria-labelledby="start-conversations">
      <div className="start-head">
        <h2 id="start-conversations" className="section-title">
          {t("start.conversations.title")}
        </h2>
        {rows.length > 0 && <Link to={chatHome}>{t("start.conversations.all")}</Link>}
      </div>
      <p role="status" className="visually-hidden">
        {running > 0 && t("start.running", { count: running })}
      </p>
      {latest.isPending && <Loading />}
      {latest.isError && !latest.data && (
        <LoadFailed
          title={t("start.conversations.failed")}
          failure={failureOf(latest.error)}
          retry={() => void latest.refetch()}
          retrying={latest.isFetching}
        />
      )}
      {latest.data && rows.length === 0 && (
        <div className="start-empty">
          <p className="font-semibold">{t("start.conversations.empty")}</p>
          <p className="text-muted">{t("start.conversations.emptyNext")}</p>
        </div>
      )}
      {rows.length > 0 && (
        <ul className="start-rows" aria-labelledby="start-conversations">
          {rows.map(({ conversation_id, title, status, updated_at }) => (
            <li key={conversation_id}>
              <Link to={`/chat/${conversation_id}`} className="start-row">
                <span className="start-row-title">{title || t("start.conversations.untitled")}</span>
                <span className="start-row-facts">
                  {status === "processing" ? (
                    <span className="start-running">{t("start.conversations.running")}</span>
                  ) : (
                    <time dateTime={updated_at}>{format.relative(updated_at, now)}</time>
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {latest.data && (rows.length > 0 || !isGuided) && (
        <Link to={newConversationPath} className="button button-quiet start-new">
          {t("start.conversations.new")}
        </Link>
      )}
    </section>
  );
}
