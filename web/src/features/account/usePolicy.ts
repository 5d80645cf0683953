import { useQuery } from "@tanstack/react-query";
import { defaultLimits, type Limits } from "@/i18n/problemText";
import { authService } from "./authService";

/** The rules for new accounts; the login page reads them too, so that the registration stands at once. */
export function usePolicy() {
  const query = useQuery({
    queryKey: ["policy"],
    queryFn: ({ signal }) => authService.policy(signal),
    staleTime: 5 * 60_000,
  });
  const limits: Limits = query.data
    ? { passwordMin: query.data.password_min_length, passwordMax: query.data.password_max_length }
    : defaultLimits;
  return { ...query, limits };
}
