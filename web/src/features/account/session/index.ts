/** Puts the session together for this browser: store, clients, coordinator, other tabs. */
import { createClient, createOpenClient } from "@/api/client";
import { failureOf, retryAfterOf } from "@/api/failure";
import type { SignedIn } from "@/api/types";
import { useAuth } from "../authStore";
import { askForProof } from "../stepUp";
import { accountChanged } from "./changed";
import { browserChannel, browserLock, browserTimer } from "./browserPorts";
import { type RefreshOutcome, SessionCoordinator } from "./coordinator";
import { discardEverything } from "./discard";

/** For calls that need no access token. */
export const openClient = createOpenClient();

const channel = browserChannel();

export const coordinator = new SessionCoordinator({
  refresh,
  lock: browserLock("kontor.refresh"),
  post: channel.post,
  state: () => useAuth.getState().state,
  show: (state, discard) => {
    if (discard) discardEverything();
    useAuth.setState(({ generation }) => ({ state, generation: discard ? generation + 1 : generation }));
  },
  now: Date.now,
  visible: () => document.visibilityState === "visible",
  later: browserTimer,
});

/** For every other call. */
export const client = createClient(coordinator, {
  prove: askForProof,
  // The account, read again, says so: every page then leads to the set-up (app/ProtectedRoute.tsx).
  mustEnrol: accountChanged,
});

channel.listen((message) => coordinator.hear(message));
document.addEventListener("visibilitychange", () => coordinator.becameVisible());
window.addEventListener("online", () => coordinator.becameVisible());
window.addEventListener("pageshow", ({ persisted }) => persisted && coordinator.cameBack());

async function refresh(): Promise<RefreshOutcome> {
  try {
    const { data } = await openClient.post<SignedIn>("/auth/refresh", undefined, { timeout: 15_000 });
    return { kind: "renewed", answer: data };
  } catch (error) {
    const failure = failureOf(error);
    // `session-ended` by the contract; any other 401 says the same about the cookie.
    if (failure.kind === "problem" && failure.problem.status === 401) return { kind: "ended" };
    return { kind: "failed", failure, retryAfterSeconds: retryAfterOf(failure) };
  }
}
