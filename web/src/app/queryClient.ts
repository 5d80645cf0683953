import { QueryClient } from "@tanstack/react-query";
import { failureOf, isVaultLocked } from "@/api/failure";
import { accountKeys } from "@/features/account/queries";
import { whenAccountChanged } from "@/features/account/session/changed";
import { whenDiscarded } from "@/features/account/session/discard";

/** Answers of the server, by key. Emptied whenever a session begins or ends. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Only what may pass by itself is tried again: no answer, or a busy server.
      retry: (count, error) => {
        const failure = failureOf(error);
        if (failure.kind === "network") return count < 1;
        if (isVaultLocked(failure)) return false;
        return count < 2 && failure.kind === "problem" && failure.problem.status === 503;
      },
    },
    mutations: { retry: false },
  },
});

whenDiscarded(() => queryClient.clear());
whenAccountChanged(() => void queryClient.invalidateQueries({ queryKey: accountKeys.all }));
