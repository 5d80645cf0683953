import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { failureOf } from "@/api/failure";
import type { AuditEvent } from "@/api/types";
import { Address } from "@/components/Address";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { More, useFocusOnFirstNew } from "@/components/More";
import { Page } from "@/components/Page";
import { type Column, Records } from "@/components/Records";
import { When } from "@/components/When";
import { actionText, detailText } from "@/i18n/actionText";
import { AuditFilterFields } from "./AuditFilterFields";
import { adminService } from "./adminService";
import { readFilters } from "./auditFilters";
import { actorOf, changedRules } from "./auditText";
import { adminKeys } from "./queries";

export function AuditPage() {
  const { t } = useTranslation("admin");
  const [search, setSearch] = useSearchParams();
  const filters = readFilters(search);
  const log = useInfiniteQuery({
    queryKey: adminKeys.audit(filters),
    queryFn: ({ pageParam, signal }) => adminService.audit(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const events = log.data?.pages.flatMap((page) => page.events) ?? [];
  const { list, moreShown } = useFocusOnFirstNew<HTMLElement>(events.length);
  const columns = useColumns();
  const clear = () => setSearch({}, { replace: true });

  return (
    <Page title={t("audit.title")} lead={t("audit.lead")}>
      <AuditFilterFields
        search={search}
        onChange={(changed) => setSearch(changed, { replace: true })}
        onClear={clear}
      />
      <p role="status" className="visually-hidden">
        {log.isSuccess && !log.isPlaceholderData ? t("audit.shown", { count: events.length }) : ""}
      </p>
      {log.isPending && <Loading />}
      {log.isError && !log.isFetchNextPageError && (
        <LoadFailed
          title={t("audit.failed")}
          failure={failureOf(log.error)}
          retry={() => void log.refetch()}
          retrying={log.isFetching}
        />
      )}
      {log.isSuccess && events.length === 0 && (
        <div className="empty">
          <p className="font-semibold">{t("audit.none")}</p>
          <p className="text-muted">{t("audit.noneText")}</p>
          <Button onClick={clear}>{t("audit.clear")}</Button>
        </div>
      )}
      {events.length > 0 && (
        <>
          <div aria-busy={log.isPlaceholderData}>
            <Records caption={t("audit.title")} rows={events} keyOf={({ id }) => id} columns={columns} ref={list} />
          </div>
          <More
            pages={log}
            onMore={moreShown}
            label={t("audit.more")}
            failed={t("audit.moreFailed")}
            end={t("audit.end")}
          />
        </>
      )}
    </Page>
  );
}

function useColumns(): [Column<AuditEvent>, ...Column<AuditEvent>[]] {
  const { t } = useTranslation("admin");
  return [
    { name: t("audit.column.action"), share: "w-[31%]", cell: (event) => <What event={event} /> },
    { name: t("audit.column.at"), share: "w-[17%]", cell: ({ at }) => <When at={at} /> },
    {
      name: t("audit.column.owner"),
      share: "w-[26%]",
      cell: ({ owner }) => (owner ? <Person person={owner} /> : t("audit.nobody")),
    },
    { name: t("audit.column.actor"), share: "", cell: (event) => <By event={event} /> },
  ];
}

function What({ event }: { event: AuditEvent }) {
  const { t } = useTranslation("admin");
  const { t: common } = useTranslation();
  const detail = changedRules(event.detail, t) ?? detailText(event.detail);
  return (
    <>
      <span>{actionText(event.action, common)}</span>
      {event.outcome !== "ok" && (
        <span className="badge ml-2" data-tone="error">
          {t(`audit.outcome.${event.outcome}`)}
        </span>
      )}
      {detail && <span className="record-note">{detail}</span>}
      {event.request_id && (
        <span className="record-note">
          {t("audit.request")} <code>{event.request_id}</code>
        </span>
      )}
    </>
  );
}

function By({ event }: { event: AuditEvent }) {
  const { t } = useTranslation("admin");
  const actor = actorOf(event);
  return (
    <>
      {actor.kind === "person" ? <Person person={actor.person} /> : t(`audit.by.${actor.kind}`)}
      {event.address && event.address !== "console" && (
        <span className="record-note">
          <code>{event.address}</code>
        </span>
      )}
    </>
  );
}

function Person({ person: { id, email } }: { person: NonNullable<AuditEvent["owner"]> }) {
  const { t } = useTranslation("admin");
  if (!email) return t("audit.deletedAccount");
  return (
    <Link to={`/admin/users/${id}`}>
      <Address email={email} />
    </Link>
  );
}
