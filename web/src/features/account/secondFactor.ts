/** What the server hands out between the password and the code. */
import { type Failure, isProblem, problemType } from "@/api/failure";

export interface Challenge {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** The challenge in a refused login, or null when it was refused for another reason. */
export function readChallenge(failure: Failure, now: number): Challenge | null {
  if (failure.kind !== "problem" || !isProblem(failure, problemType.secondFactorRequired)) return null;
  const { mfa_token, expires_in } = failure.extra ?? {};
  if (typeof mfa_token !== "string" || typeof expires_in !== "number") return null;
  return { token: mfa_token, expiresAt: now + expires_in * 1000 };
}

/** Authenticators show codes in groups; the spaces are not part of them. */
export function tidyCode(code: string): string {
  return code.replace(/\s+/g, "");
}

/** Four by four, as a person copies it from one screen to another. */
export function inGroups(secret: string): string {
  return secret.replace(/.{4}(?=.)/gu, "$& ");
}

/** The server's drawing as an image of its own: nothing in it can touch the page. */
export function imageOf(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** What the file of recovery codes holds: whose, and of where, or nobody knows it a year later. */
export function recoveryFile(codes: string[], title: string): Blob {
  return new Blob([`${title}\n\n${codes.join("\n")}\n`], { type: "text/plain" });
}
