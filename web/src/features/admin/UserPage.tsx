import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { AdminUser } from "@/api/types";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { When } from "@/components/When";
import { useOwner } from "@/features/account/authStore";
import { useFormat } from "@/i18n/useFormat";
import { adminService } from "./adminService";
import { adminKeys } from "./queries";
import { UserActs } from "./UserActs";
import { UserBadges } from "./UserBadges";

export function UserPage() {
  const { id = "" } = useParams();
  // Another account is another page: nothing of the one before stays open.
  return <OneUser key={id} id={id} />;
}

function OneUser({ id }: { id: string }) {
  const { t } = useTranslation("admin");
  const [deleted, setDeleted] = useState<string | null>(null);
  const query = useQuery({
    queryKey: adminKeys.user(id),
    queryFn: ({ signal }) => adminService.user(id, signal),
    staleTime: 0,
    enabled: deleted === null,
  });
  const failure = query.isError ? failureOf(query.error) : null;

  if (deleted !== null) {
    return <NoUser title={t("user.deletedTitle")} lead={t("user.deleted", { email: deleted })} />;
  }
  // An address that holds no id is no account either; the server says 422 to that.
  if (failure && (isProblem(failure, problemType.notFound) || isProblem(failure, problemType.invalidInput))) {
    return <NoUser title={t("user.goneTitle")} lead={t("user.gone")} />;
  }
  return (
    <Page title={query.data?.email ?? t("user.title")} lead={t("user.lead")}>
      <p className="page-aside">
        <Link to="/admin/users">{t("user.back")}</Link>
      </p>
      {query.isPending && <Loading />}
      {failure && (
        <LoadFailed
          title={t("user.failed")}
          failure={failure}
          retry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      )}
      {query.data && (
        <>
          <UserSheet user={query.data} />
          <UserActs user={query.data} onDeleted={setDeleted} />
        </>
      )}
    </Page>
  );
}

function UserSheet({ user }: { user: AdminUser }) {
  const { t } = useTranslation("admin");
  const format = useFormat();
  const ownId = useOwner()?.id;
  return (
    <>
      <dl className="sheet">
        <Entry name={t("user.email")}>{user.email}</Entry>
        <Entry name={t("user.state")}>
          <UserBadges user={user} ownId={ownId} />
        </Entry>
        <Entry name={t("user.sessions")}>{t("user.sessionCount", { count: user.sessions })}</Entry>
        <Entry name={t("user.lastSeen")}>{user.last_seen_at ? <When at={user.last_seen_at} /> : t("user.never")}</Entry>
        <Entry name={t("user.password")}>{user.has_password ? t("user.hasPassword") : t("user.noPassword")}</Entry>
        <Entry name={t("user.factor")}>{user.second_factor ? t("user.factorOn") : t("user.factorOff")}</Entry>
        <Entry name={t("user.created")}>
          <time dateTime={user.created_at}>{format.date(user.created_at)}</time>
        </Entry>
        <Entry name={t("user.updated")}>
          <time dateTime={user.updated_at}>{format.dateTime(user.updated_at)}</time>
        </Entry>
        <Entry name={t("user.id")}>
          <code>{user.id}</code>
        </Entry>
      </dl>
      <p className="page-aside">
        <Link to={{ pathname: "/admin/audit", search: `?owner=${user.id}` }}>{t("user.audit")}</Link>
      </p>
    </>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NoUser({ title, lead }: { title: string; lead: string }) {
  const { t } = useTranslation("admin");
  return (
    <Page title={title} lead={lead}>
      <p className="page-aside">
        <Link to="/admin/users">{t("user.back")}</Link>
      </p>
    </Page>
  );
}
