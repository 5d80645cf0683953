/** The administrators' pages. Their code is fetched behind this door, so members never load it; the server guards the data. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet } from "react-router";
import { Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { useOwner } from "@/features/account/authStore";
import { home } from "./returnTo";

const pages = () => import("@/features/admin/pages");

export const AdminLayout = lazy(async () => ({ default: (await pages()).AdminLayout }));
export const AuditPage = lazy(async () => ({ default: (await pages()).AuditPage }));
export const PolicyPage = lazy(async () => ({ default: (await pages()).PolicyPage }));
export const UserPage = lazy(async () => ({ default: (await pages()).UserPage }));
export const UsersPage = lazy(async () => ({ default: (await pages()).UsersPage }));

/** Also for those who lose the rights while a page is open: the session learns of it (adminService), and the page goes. */
export function AdminRoute() {
  const owner = useOwner();
  if (!owner?.is_admin) return <NotAllowedPage />;
  return (
    <Suspense fallback={<Loading />}>
      <Outlet />
    </Suspense>
  );
}

function NotAllowedPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("notAllowed.title")} lead={t("notAllowed.text")}>
      <p className="page-aside">
        <Link to={home}>{t("notAllowed.home")}</Link>
      </p>
    </Page>
  );
}
