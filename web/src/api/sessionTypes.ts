/**
 * The wire types of the session calls, by hand until api/openapi.yaml describes them; then each line becomes
 * `Schemas["…"]` in types.ts and this file goes.
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

export interface PasswordChange {
  current_password: string;
  new_password: string;
}

/** POST /auth/logout-all */
export interface LogoutAll {
  except_current: boolean;
}

/** One sign-in of a device, of GET /auth/sessions. */
export interface DeviceSession {
  id: string;
  /** The device's name as the server reads it from the user agent; may be empty. */
  device: string;
  address: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  is_current: boolean;
}

export interface DeviceSessions {
  sessions: DeviceSession[];
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
  detail: Record<string, unknown> | null;
}

export interface TimelinePage {
  events: TimelineEvent[];
  next_cursor: string | null;
}
