/** The charts. Their code, which draws them, is fetched behind this door. */
import { lazy, Suspense } from "react";
import { Outlet } from "react-router";
import { Loading } from "@/components/Loading";

const pages = () => import("@/features/charts/pages");

export const ChartPage = lazy(async () => ({ default: (await pages()).ChartPage }));
export const ChartsPage = lazy(async () => ({ default: (await pages()).ChartsPage }));
export const LayoutPage = lazy(async () => ({ default: (await pages()).LayoutPage }));

export function ChartRoute() {
  return (
    <Suspense fallback={<Loading />}>
      <Outlet />
    </Suspense>
  );
}
