/** What the pages are made of, for everybody; fetched when somebody asks. */
import { lazy, Suspense } from "react";
import { Loading } from "@/components/Loading";

const AboutPage = lazy(async () => ({ default: (await import("@/features/about/AboutPage")).AboutPage }));

export function AboutRoute() {
  return (
    <Suspense fallback={<Loading />}>
      <AboutPage />
    </Suspense>
  );
}
