/**
 * Drafts outlive a session that ended by itself. Whoever leaves on purpose takes them along, and whoever comes finds no one else's:
 * loaded with every page, because that may happen on any.
 */
import { useAuth } from "@/features/account/authStore";
import { ownerOf } from "@/features/account/session/sessionState";
import { forgetDrafts } from "./stored";

export function keepDrafts(): () => void {
  return useAuth.subscribe(({ state }) => {
    if (state.phase === "out" && state.reason !== null) forgetDrafts();
    const owner = ownerOf(state);
    if (owner) forgetDrafts(owner.id);
  });
}
