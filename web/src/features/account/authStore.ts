/**
 * Who is signed in, in this tab's memory only: the access token is written to no storage. Only the coordinator
 * (session/) writes here; pages read.
 */
import { create } from "zustand";
import { ownerOf, type SessionState, starting } from "./session/sessionState";

interface AuthState {
  state: SessionState;
  /** Another number, another user's content: pages behind the door are keyed by it, so nothing typed outlives its owner. */
  generation: number;
}

export const useAuth = create<AuthState>(() => ({ state: starting, generation: 0 }));

/** Whose page is open, also while it waits for them to sign in again. */
export function useOwner() {
  return useAuth(({ state }) => ownerOf(state));
}
