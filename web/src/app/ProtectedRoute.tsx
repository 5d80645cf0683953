/** Which pages need a session and which need none. The server guards the data; these only choose the page. */
import { Navigate, Outlet, useLocation, useSearchParams } from "react-router";
import { useAuth } from "@/features/account/authStore";
import { loginPath, safeReturnTo } from "./returnTo";

export function ProtectedRoute() {
  const session = useAuth((state) => state.session);
  const endReason = useAuth((state) => state.endReason);
  const location = useLocation();
  if (session) return <Outlet />;
  return <Navigate to={endReason === "signed_out" ? "/login" : loginPath(location)} replace />;
}

/** Login and registration: somebody who is signed in goes on to where they wanted. */
export function EntranceRoute() {
  const session = useAuth((state) => state.session);
  const [search] = useSearchParams();
  if (!session) return <Outlet />;
  return <Navigate to={safeReturnTo(search.get("return_to"))} replace />;
}
