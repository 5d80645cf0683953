import { useQuery } from "@tanstack/react-query";
import { authService } from "./authService";
import { accountKeys } from "./queries";

/** The account as the server has it now. `useOwner` knows the address and the id at once; the rest is asked for. */
export function useMe() {
  return useQuery({ queryKey: accountKeys.me, queryFn: ({ signal }) => authService.me(signal), staleTime: 0 });
}
