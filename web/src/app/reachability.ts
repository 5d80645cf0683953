/** Puts the watch over the server together for this browser. */
import { create } from "zustand";
import { whenUnanswered } from "@/api/unanswered";
import { browserTimer } from "@/features/account/session/browserPorts";
import { type Reach, ReachWatch } from "./reach";

export const useReach = create<{ reach: Reach }>(() => ({
  reach: navigator.onLine ? "there" : "offline",
}));

const watch = new ReachWatch({
  ask: async () => {
    try {
      await fetch("/api/v1/health/live", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      return true;
    } catch {
      return false;
    }
  },
  online: () => navigator.onLine,
  later: browserTimer,
  show: (reach) => useReach.setState({ reach }),
});

/** From the start on, for as long as the page is there. */
export function watchReach(): void {
  whenUnanswered({ unanswered: () => watch.doubt(), answered: () => watch.heard() });
  addEventListener("offline", () => watch.wentOffline());
  addEventListener("online", () => watch.wentOnline());
  if (!navigator.onLine) watch.wentOffline();
}

/** The socket of the tab is gone, or there again. */
export const reachOfSocket = { gone: () => watch.doubt(), there: () => watch.heard() };
