/** Secrets of the vault over HTTP, for tests. */
import type { Reply } from "./client";
import { apiBase } from "./contract";
import { randomText } from "./environment";
import type { Program } from "./program";
import { plant } from "./secrets";

export const secretsPath = `${apiBase}/secrets`;

export interface Secret {
  name: string;
  version: number;
  readable: boolean;
  last_four?: string;
  created_at?: string;
  updated_at?: string;
  deleted_at?: string;
  last_used_at?: string;
}

/** A value that stands nowhere else; no file, log or other reply may contain it from now on. */
export function newValue(): string {
  const value = `Planted value ${randomText()}${randomText()}`;
  plant(value);
  return value;
}

export const saveSecret = async (program: Program, token: string, name: string, value: string, more: object = {}): Promise<Reply> =>
  await program.send("POST", secretsPath, { token, json: { name, value, ...more } });

export const revealSecret = async (program: Program, token: string, name: string, version?: number): Promise<Reply> =>
  await program.send("POST", `${secretsPath}/${name}/reveal`, { token, json: version === undefined ? {} : { version } });

/** The value, or `status type` of the problem. */
export async function valueOf(program: Program, token: string, name: string, version?: number): Promise<string> {
  const reply = await revealSecret(program, token, name, version);
  const { value, type } = reply.json as { value?: string; type?: string };
  return value ?? `${reply.status} ${type?.replace("urn:kontor:problem:", "")}`;
}

export async function listSecrets(program: Program, token: string): Promise<Secret[]> {
  const reply = await program.send("GET", secretsPath, { token });
  if (reply.status !== 200) throw new Error(`GET secrets → ${reply.status}: ${reply.text}`);
  return (reply.json as { secrets: Secret[] }).secrets;
}

/** The recovery key on standard output; it counts as a secret from now on. */
export function recoveryKeyIn(output: string): string | undefined {
  const found = /^ {2}((?:[0-9a-f]{4}-){8}[0-9a-f]{4})$/im.exec(output)?.[1];
  if (found !== undefined) plant(found);
  return found;
}
