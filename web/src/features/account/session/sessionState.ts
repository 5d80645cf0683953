/**
 * The life of a session as a table of pure decisions: what a tab knows, what can happen, what follows. Nothing here
 * touches the network, the browser or a store (coordinator.ts does).
 */
import type { Failure } from "@/api/failure";
import type { SignedIn, User } from "@/api/types";

export interface Session {
  token: string;
  user: User;
  /** Milliseconds since 1970, by this computer's clock; so are all times here. */
  expiresAt: number;
  /** When a new token is fetched without being asked to. */
  renewAt: number;
}

/** Why there is no session, where the login page should say so. `unconfirmed`: the server could not be told. */
export type EndReason = "signed_out" | "unconfirmed" | "deleted";

export type SessionState =
  /** Nobody knows yet; the refresh cookie decides. `failure`: it could not be asked. */
  | { phase: "starting"; failure: Failure | null }
  | { phase: "in"; session: Session }
  /** The session ended while somebody was working: their page stands, and waits for them to sign in again. */
  | { phase: "interrupted"; user: User }
  | { phase: "out"; reason: EndReason | null };

export type SessionEvent =
  /** Somebody proved who they are: login, registration, one-time link, changed password. */
  | { kind: "signed_in"; session: Session }
  /** The refresh cookie gave another token. */
  | { kind: "renewed"; session: Session }
  /** The server knows no session for the refresh cookie any more; `token` is the one that was to be replaced. */
  | { kind: "ended"; token: string | null }
  | { kind: "signed_out"; reason: EndReason }
  | { kind: "start_failed"; failure: Failure }
  | { kind: "start_again" }
  /** The login page told why the session ended. */
  | { kind: "end_told" };

export interface Step {
  state: SessionState;
  /** Whatever is cached, typed or waiting belongs to somebody else and must go before `state` is shown. */
  discard: boolean;
}

export const starting: SessionState = { phase: "starting", failure: null };

const renewAfter = 0.8; // of a token's life

export function toSession(answer: SignedIn, now: number): Session {
  const life = answer.expires_in * 1000;
  return { token: answer.access_token, user: answer.user, expiresAt: now + life, renewAt: now + life * renewAfter };
}

export function tokenOf(state: SessionState): string | null {
  return state.phase === "in" ? state.session.token : null;
}

/** Whose page is open: also while it waits for its owner. */
export function ownerOf(state: SessionState): User | null {
  if (state.phase === "in") return state.session.user;
  return state.phase === "interrupted" ? state.user : null;
}

export function next(state: SessionState, event: SessionEvent): Step {
  switch (event.kind) {
    case "signed_in":
      return enter(state, event.session);
    case "renewed":
      // A token fetched for a session that was left meanwhile must not bring it back.
      return state.phase === "out" ? keep(state) : enter(state, event.session);
    case "ended":
      // About an older token than ours: somebody has signed in since.
      if (event.token !== tokenOf(state)) return keep(state);
      if (state.phase === "starting") return keep({ phase: "out", reason: null });
      if (state.phase === "in") return keep({ phase: "interrupted", user: state.session.user });
      return keep(state);
    case "signed_out":
      return { state: { phase: "out", reason: event.reason }, discard: true };
    case "start_failed":
      return keep(state.phase === "starting" ? { phase: "starting", failure: event.failure } : state);
    case "start_again":
      return keep(state.phase === "starting" ? starting : state);
    case "end_told":
      // A logout that the server has not confirmed is told until it has.
      if (state.phase !== "out" || state.reason === null || state.reason === "unconfirmed") return keep(state);
      return keep({ phase: "out", reason: null });
  }
}

function enter(state: SessionState, session: Session): Step {
  const owner = ownerOf(state);
  // After a reload nothing is there that could belong to anybody; a page in use keeps its content for its owner only.
  const discard = owner ? owner.id !== session.user.id : state.phase === "out";
  return { state: { phase: "in", session }, discard };
}

function keep(state: SessionState): Step {
  return { state, discard: false };
}

/** What a page behind the door shows. */
export type Door = "wait" | "cannot_start" | "page" | "page_and_overlay" | "login";

export function doorOf(state: SessionState): Door {
  switch (state.phase) {
    case "starting":
      return state.failure ? "cannot_start" : "wait";
    case "in":
      return "page";
    case "interrupted":
      return "page_and_overlay";
    case "out":
      return "login";
  }
}
