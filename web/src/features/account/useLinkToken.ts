import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { linkToken } from "./linkToken";

/**
 * The token of the one-time link that opened this page, or null. It is taken out of the address bar at once and kept in
 * the page's memory.
 */
export function useLinkToken(): string | null {
  const { hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => linkToken(hash));
  useEffect(() => {
    if (hash === "") return;
    // A second link opened in the same tab arrives here as a mere change of the fragment.
    const next = linkToken(hash);
    if (next !== null) setToken(next);
    void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return token;
}
