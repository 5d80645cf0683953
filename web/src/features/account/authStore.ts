/**
 * Who is signed in, in this tab's memory only: the access token is written to no storage. A session begins and ends
 * through this store alone; whatever obtains a token later (a refresh, another way to sign in) calls `begin`.
 */
import { create } from "zustand";
import type { SignedIn, User } from "@/api/types";

export interface Session {
  token: string;
  user: User;
  /** Milliseconds since 1970, by this computer's clock. */
  expiresAt: number;
}

/** Why there is no session, where the login page should say so. */
export type EndReason = "signed_out" | "ended";

interface AuthState {
  session: Session | null;
  endReason: EndReason | null;
  begin(answer: SignedIn, now?: number): void;
  end(reason: EndReason): void;
  /** The reason was told. */
  acknowledgeEnd(): void;
}

export const useAuth = create<AuthState>((set) => ({
  session: null,
  endReason: null,
  begin: (answer, now = Date.now()) =>
    set({
      session: { token: answer.access_token, user: answer.user, expiresAt: now + answer.expires_in * 1000 },
      endReason: null,
    }),
  end: (reason) => set({ session: null, endReason: reason }),
  acknowledgeEnd: () => set({ endReason: null }),
}));
