/**
 * The wire types of the calls that api/openapi.yaml does not describe yet, by hand. As soon as it does, each becomes
 * `Schemas["…"]` in types.ts, and this file goes.
 */

/** POST /auth/login/code. The code is six digits of an authenticator, or a recovery code. */
export interface LoginCode {
  mfa_token: string;
  code: string;
}

/** Extra members of the problem `second-factor-required`. */
export interface SecondFactorRequired {
  mfa_token: string;
  /** Seconds. */
  expires_in: number;
}

export type TimelineOutcome = "ok" | "refused" | "failed";
export type TimelineActor = "you" | "administrator" | "system" | "nobody";

/** One event of GET /auth/timeline. */
export interface TimelineEvent {
  id: string;
  /** A dotted name: "session.created". The list may grow. */
  action: string;
  outcome: TimelineOutcome;
  address: string;
  at: string;
  by: TimelineActor;
  detail?: Record<string, unknown>;
}

export interface TimelinePage {
  events: TimelineEvent[];
  /** Absent on the last page. */
  next_cursor?: string;
}
