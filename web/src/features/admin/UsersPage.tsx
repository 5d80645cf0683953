import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearchParams } from "react-router";
import { failureOf } from "@/api/failure";
import type { AdminUser } from "@/api/types";
import { Address } from "@/components/Address";
import { Button } from "@/components/Button";
import { Select } from "@/components/Choices";
import { Field } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { More, useFocusOnFirstNew } from "@/components/More";
import { Page } from "@/components/Page";
import { type Column, Records } from "@/components/Records";
import { When } from "@/components/When";
import { useOwner } from "@/features/account/authStore";
import { adminService, type UserFilters, userStates } from "./adminService";
import { InviteDialog } from "./InviteDialog";
import { adminKeys } from "./queries";
import { UserBadges } from "./UserBadges";
import { useSettled } from "./useSettled";

export function UsersPage() {
  const { t } = useTranslation("admin");
  const [inviting, setInviting] = useState(false);
  const { filters, typed, setTyped, setState, clear } = useUserFilters();
  const users = useInfiniteQuery({
    queryKey: adminKeys.users(filters),
    queryFn: ({ pageParam, signal }) => adminService.users(filters, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // The list stands while the next letters are looked for, rather than jumping away under the eyes.
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  const found = users.data?.pages.flatMap((page) => page.users) ?? [];
  const { list, moreShown } = useFocusOnFirstNew<HTMLElement>(found.length);
  const columns = useColumns();
  const searching = users.isPlaceholderData || typed.trim() !== filters.q.trim();

  return (
    <Page title={t("users.title")} lead={t("users.lead")}>
      <div className="actions">
        <Button look="primary" onClick={() => setInviting(true)}>
          {t("users.invite")}
        </Button>
      </div>
      <search className="filters">
        <Field
          label={t("users.search")}
          type="search"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          trailing={searching && <span className="spinner field-spinner" aria-hidden="true" />}
        />
        <Select
          label={t("users.show")}
          value={filters.state ?? "all"}
          options={(["all", ...userStates] as const).map((value) => ({ value, text: t(`users.filter.${value}`) }))}
          onChange={(value) => setState(value === "all" ? "" : value)}
        />
      </search>
      <p role="status" className="visually-hidden">
        {searching ? t("users.searching") : users.isSuccess ? t("users.found", { count: found.length }) : ""}
      </p>
      {users.isPending && <Loading />}
      {users.isError && !users.isFetchNextPageError && (
        <LoadFailed
          title={t("users.failed")}
          failure={failureOf(users.error)}
          retry={() => void users.refetch()}
          retrying={users.isFetching}
        />
      )}
      {users.isSuccess && found.length === 0 && (
        <div className="empty">
          <p className="font-semibold">{t("users.none")}</p>
          <p className="text-muted">{t("users.noneText")}</p>
          <Button onClick={clear}>{t("users.showAll")}</Button>
        </div>
      )}
      {found.length > 0 && (
        <>
          <div aria-busy={users.isPlaceholderData}>
            <Records caption={t("users.title")} rows={found} keyOf={({ id }) => id} columns={columns} ref={list} />
          </div>
          <More
            pages={users}
            onMore={moreShown}
            label={t("users.more")}
            failed={t("users.moreFailed")}
            end={t("users.end")}
          />
        </>
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}

function useColumns(): [Column<AdminUser>, ...Column<AdminUser>[]] {
  const { t } = useTranslation("admin");
  const ownId = useOwner()?.id;
  return [
    {
      name: t("users.column.email"),
      share: "w-2/5",
      cell: ({ id, email }) => (
        <Link to={`/admin/users/${id}`}>
          <Address email={email} />
        </Link>
      ),
    },
    { name: t("users.column.state"), share: "w-1/4", cell: (user) => <UserBadges user={user} ownId={ownId} /> },
    { name: t("users.column.sessions"), share: "w-1/8", cell: ({ sessions }) => sessions },
    {
      name: t("users.column.lastSeen"),
      share: "",
      cell: ({ last_seen_at }) => (last_seen_at ? <When at={last_seen_at} /> : t("users.never")),
    },
  ];
}

/** The filters stand in the address bar, so that the way back from an account leads to the same list. */
function useUserFilters() {
  const [search, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const q = search.get("q") ?? "";
  const [typed, setTyped] = useState(q);
  const settled = useSettled(typed, 250);

  function put(name: "q" | "state", value: string) {
    setSearch(
      (before) => {
        const changed = new URLSearchParams(before);
        if (value === "") changed.delete(name);
        else changed.set(name, value);
        return changed;
      },
      { replace: true },
    );
  }

  useEffect(() => {
    // Whoever has followed a link meanwhile, whose page is still being fetched, is not brought back.
    if (settled !== q && window.location.pathname === pathname) put("q", settled);
    // Only when the typing settles: a changed address must not be written back.
  }, [settled]);

  const filters: UserFilters = { q, state: userStates.find((state) => state === search.get("state")) ?? null };
  return {
    filters,
    typed,
    setTyped,
    setState: (state: string) => put("state", state),
    clear() {
      setTyped("");
      setSearch({}, { replace: true });
    },
  };
}
