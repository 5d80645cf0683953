/** Which pages need a session and which need none. The server guards the data; these only choose the page. */
import { Suspense, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation, useNavigate, useSearchParams } from "react-router";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { authService } from "@/features/account/authService";
import { useAuth } from "@/features/account/authStore";
import { doorOf } from "@/features/account/session/sessionState";
import { Desk } from "./DeskRoute";
import { home, loginPath, safeReturnTo } from "./returnTo";

export function ProtectedRoute() {
  const { t } = useTranslation();
  const { state } = useAuth();
  const location = useLocation();
  useHomeForAnotherUser();

  switch (doorOf(state)) {
    case "wait":
      return <Loading />;
    case "cannot_start":
      return (
        state.phase === "starting" &&
        state.failure && (
          <Page title={t("session.start.title")}>
            <LoadFailed
              title={t("session.start.failed")}
              failure={state.failure}
              retry={() => void authService.start()}
              retrying={false}
            />
          </Page>
        )
      );
    case "login":
      return <Navigate to={state.phase === "out" && state.reason ? "/login" : loginPath(location)} replace />;
    case "page":
    case "page_and_overlay":
      // One shape for both, so that the page below the overlay is the same one, with everything typed into it.
      return (
        <Suspense fallback={<Loading />}>
          <Desk />
        </Suspense>
      );
  }
}

/** An address can name what belongs to the earlier user; the next one starts at the front. */
function useHomeForAnotherUser(): void {
  const { state, generation } = useAuth();
  const navigate = useNavigate();
  const seen = useRef(generation);
  useLayoutEffect(() => {
    if (seen.current === generation) return;
    seen.current = generation;
    if (state.phase === "in") void navigate(home, { replace: true });
  }, [generation, state, navigate]);
}

/** Login and registration: somebody who is signed in goes on to where they wanted. */
export function EntranceRoute() {
  const door = useAuth(({ state }) => doorOf(state));
  const [search] = useSearchParams();
  if (door === "wait") return <Loading />;
  if (door === "page") return <Navigate to={safeReturnTo(search.get("return_to"))} replace />;
  return <Outlet />;
}
