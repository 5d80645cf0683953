import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import type { User } from "@/api/types";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { useFormat } from "@/i18n/useFormat";
import { authService } from "./authService";
import { useOwner } from "./authStore";
import { useMe } from "./useMe";
import { usePolicy } from "./usePolicy";
import { VerifiedBadge } from "./VerifiedBadge";

export function AccountPage() {
  const { t } = useTranslation();
  const owner = useOwner();
  const me = useMe();
  const user = me.data ?? owner;

  return (
    <Page title={t("account.title")} lead={t("account.lead")}>
      {me.isPending && !user && <Loading />}
      {me.isError && (
        <LoadFailed
          title={t("account.failed")}
          failure={failureOf(me.error)}
          retry={() => void me.refetch()}
          retrying={me.isFetching}
        />
      )}
      {user && <AccountSheet user={user} />}
      <SessionSheet />
    </Page>
  );
}

function AccountSheet({ user }: { user: User }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: policy } = usePolicy();
  return (
    <dl className="sheet">
      <Entry name={t("account.email")}>
        {user.email} <VerifiedBadge verified={user.email_verified} />
        <p className="row-text">
          <Link to="/account/email">
            {policy?.mail && !user.email_verified ? t("account.confirmEmail") : t("account.changeEmail")}
          </Link>
        </p>
      </Entry>
      <Entry name={t("account.role")}>{user.is_admin ? t("account.roleAdmin") : t("account.roleUser")}</Entry>
      <Entry name={t("account.state")}>{user.is_active ? t("account.active") : t("account.inactive")}</Entry>
      <Entry name={t("account.created")}>
        <time dateTime={user.created_at}>{format.date(user.created_at)}</time>
      </Entry>
      <Entry name={t("account.updated")}>
        <time dateTime={user.updated_at}>{format.dateTime(user.updated_at)}</time>
      </Entry>
      <Entry name={t("account.id")}>
        <code>{user.id}</code>
      </Entry>
    </dl>
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

function SessionSheet() {
  const { t } = useTranslation();
  return (
    <section className="mt-12 max-w-prose" aria-labelledby="session-title">
      <h2 id="session-title" className="section-title">
        {t("account.session.title")}
      </h2>
      <p className="mt-2 text-muted">
        {t("account.session.text")} <Link to="/account/sessions">{t("account.session.all")}</Link>
      </p>
      <Button className="mt-5" onClick={() => void authService.logout()}>
        {t("account.signOut")}
      </Button>
    </section>
  );
}
