/** People for tests with several of them. Each has just signed in, which counts as a fresh proof of who they are. */
import { signedInOf, userOf } from "./client";
import { newEmail } from "./environment";
import type { Program } from "./program";
import { newPassword } from "./secrets";
import { until } from "./until";

export interface Person {
  id: string;
  email: string;
  password: string;
  token: string;
}

export async function newMember(program: Program): Promise<Person> {
  const email = newEmail();
  const password = newPassword();
  const made = await program.account(email, password);
  return { id: made.user.id, email, password, token: made.access_token };
}

/** Does not sign in again, so that it works for an address that has guessed too often. */
export async function newAdmin(program: Program): Promise<Person> {
  const person = await newMember(program);
  const done = await program.installation.command(["admin", "promote", person.email]);
  if (done.code !== 0) throw new Error(`admin promote: ${done.stderr}`);
  await until("the promotion is known", async () => userOf(await program.me(person.token)).is_admin);
  return person;
}

/** The access token of one more session. */
export async function signedInAgain(program: Program, person: Person): Promise<string> {
  const reply = await program.login(person.email, person.password);
  if (reply.status !== 200) throw new Error(`login ${person.email} → ${reply.status}: ${reply.text}`);
  return signedInOf(reply).access_token;
}
