/** The pages of somebody who is signed in, as their account likes them, with what may lie over them. */
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { Loading } from "@/components/Loading";
import { useAuth } from "@/features/account/authStore";
import { SignInAgain } from "@/features/account/SignInAgain";
import { StepUpDialog } from "@/features/account/StepUpDialog";
import { useMe } from "@/features/account/useMe";
import { Overlays } from "@/features/palette/Overlays";
import { useAppliedPreferences } from "@/features/settings/preferences";
import { queryClient } from "./queryClient";

const enrolmentPath = "/account/second-factor";

export function Desk() {
  const { state, generation } = useAuth();
  return (
    <QueryClientProvider client={queryClient}>
      <Pages key={generation} />
      <StepUpDialog />
      {state.phase === "interrupted" && <SignInAgain email={state.user.email} />}
    </QueryClientProvider>
  );
}

/** Where the policy demands a second factor, its set-up comes before all other pages. */
function Pages() {
  const { pathname } = useLocation();
  const me = useMe();
  useAppliedPreferences();
  if (me.data?.must_set_up_second_factor && pathname !== enrolmentPath) return <Navigate to={enrolmentPath} replace />;
  return (
    <>
      <Suspense fallback={<Loading />}>
        <Outlet />
      </Suspense>
      <Overlays />
    </>
  );
}
