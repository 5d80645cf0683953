import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import type { TimelineEvent } from "@/api/sessionTypes";
import { LoadFailed, Loading } from "@/components/Loading";
import { More, useFocusOnFirstNew } from "@/components/More";
import { Page } from "@/components/Page";
import { When } from "@/components/When";
import { actionText, detailText, isAlarming } from "@/i18n/actionText";
import { authService } from "./authService";
import { accountKeys } from "./queries";

export function ActivityPage() {
  const { t } = useTranslation();
  const timeline = useInfiniteQuery({
    queryKey: accountKeys.timeline,
    queryFn: ({ pageParam, signal }) => authService.timeline(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
    // Older pages would be asked for again, one after the other, whenever somebody looks at the tab.
    refetchOnWindowFocus: false,
  });
  const events = timeline.data?.pages.flatMap((page) => page.events) ?? [];
  const { list, moreShown } = useFocusOnFirstNew<HTMLOListElement>(events.length);

  return (
    <Page title={t("timeline.title")} lead={t("timeline.lead")}>
      {timeline.isPending && <Loading />}
      {timeline.isError && events.length === 0 && (
        <LoadFailed
          title={t("timeline.failed")}
          failure={failureOf(timeline.error)}
          retry={() => void timeline.refetch()}
          retrying={timeline.isFetching}
        />
      )}
      {timeline.data && events.length === 0 && <p className="page-aside">{t("timeline.empty")}</p>}
      {events.length > 0 && (
        <>
          <p className="page-aside">
            {t("timeline.strange")} <Link to="/account/password">{t("timeline.strangePassword")}</Link> ·{" "}
            <Link to="/account/sessions">{t("timeline.strangeSessions")}</Link>
          </p>
          <ol ref={list} className="rows">
            {events.map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
          </ol>
          <More
            pages={timeline}
            onMore={moreShown}
            label={t("timeline.more")}
            failed={t("timeline.moreFailed")}
            end={t("timeline.end")}
          />
        </>
      )}
    </Page>
  );
}

function EventRow({ event }: { event: TimelineEvent }) {
  const { t } = useTranslation();
  const detail = detailText(event.detail);
  const alarming = isAlarming(event);
  return (
    <li className="row" tabIndex={-1} data-alarming={alarming ? "" : undefined}>
      <div className="min-w-0">
        <p className="row-title">
          {actionText(event.action, t)}
          {alarming && event.outcome === "ok" && (
            <span className="badge" data-tone="error">
              {t("timeline.check")}
            </span>
          )}
          {event.outcome !== "ok" && (
            <span className="badge" data-tone="error">
              {t(`timeline.outcome.${event.outcome}`)}
            </span>
          )}
        </p>
        {detail && <p className="row-text">{detail}</p>}
        <p className="row-text">
          <When at={event.at} />
        </p>
        <p className="row-text">
          {t(`timeline.by.${event.by}`)}
          {event.address && (
            <>
              {" · "}
              {event.address === "console" ? t("timeline.console") : <code>{event.address}</code>}
            </>
          )}
        </p>
      </div>
    </li>
  );
}
