/** What administrators do over HTTP, for tests. */
import type { Reply, SignedIn } from "./client";
import { apiBase } from "./contract";
import { newEmail } from "./environment";
import { setupTokenIn, type Program } from "./program";
import { newPassword } from "./secrets";

export interface AdminUser {
  id: string;
  email: string;
  is_admin: boolean;
  is_active: boolean;
  has_password: boolean;
  second_factor: boolean;
  sessions: number;
  last_seen_at?: string;
}

export interface AuditEvent {
  id: string;
  at: string;
  action: string;
  outcome: string;
  owner?: { id: string; email?: string };
  actor?: { id: string; email?: string };
  address: string;
  request_id: string;
  detail?: unknown;
}

export const usersPath = `${apiBase}/admin/users`;
export const policyPath = `${apiBase}/admin/policy`;
export const auditPath = `${apiBase}/admin/audit`;

/** Somebody who is signed in. */
export interface Person {
  id: string;
  email: string;
  password: string;
  token: string;
}

export async function register(program: Program, email = newEmail()): Promise<Person> {
  const password = newPassword();
  const made = await program.account(email, password);
  return { id: made.user.id, email: made.user.email, password, token: made.access_token };
}

/** An administrator, made on the console. */
export async function registerAdmin(program: Program, email = newEmail()): Promise<Person> {
  const person = await register(program, email);
  const done = await program.installation.command(["admin", "promote", person.email]);
  if (done.code !== 0) throw new Error(`admin promote: ${done.stderr}`);
  // A new sign-in: what the process knew of the session before may be as old as it is allowed to be.
  const again = (await program.login(person.email, person.password)).json as SignedIn;
  return { ...person, token: again.access_token };
}

/** The one-time link of an answer is a secret from now on; this is its token. */
export function tokenOfLink(reply: Reply): string {
  return setupTokenIn(reply.text);
}
