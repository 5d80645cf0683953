/** An authenticator app, for tests: RFC 6238 by node:crypto, independent of the program's own. */
import { createHmac } from "node:crypto";
import type { Client, Reply, SignedIn } from "./client";
import { apiBase } from "./contract";
import { plant } from "./secrets";

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const stepLength = 30_000;

function fromBase32(text: string): Buffer {
  const bits = [...text].map((c) => digits.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Six digits: the code of a moment (milliseconds since 1970), some steps away. */
export function totpCode(secret: string, stepsAway = 0, at = Date.now()): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / stepLength) + stepsAway));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) as number) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Six digits that no step near now has. */
export function wrongCode(secret: string): string {
  const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((away) => totpCode(secret, away)));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777"].find((code) => !near.has(code)) as string;
}

export interface Enrolled {
  secret: string;
  recoveryCodes: string[];
}

export async function beginTotp(client: Client, token: string): Promise<string> {
  const reply = await client.send("POST", `${apiBase}/auth/second-factor/totp`, { token });
  if (reply.status !== 201) throw new Error(`begin_totp → ${reply.status}: ${reply.text}`);
  return (reply.json as { secret: string }).secret;
}

export async function confirmTotp(client: Client, token: string, code: string): Promise<Reply> {
  return await client.send("POST", `${apiBase}/auth/second-factor/totp/confirm`, { token, json: { code } });
}

/** A code that still counts after `enrol` has used up the present one: that of the next step, which is taken a step early. */
export const nextCode = (secret: string): string => totpCode(secret, 1);

/** Turns TOTP on for the session of a token. */
export async function enrol(client: Client, who: SignedIn): Promise<Enrolled> {
  const secret = await beginTotp(client, who.access_token);
  const reply = await confirmTotp(client, who.access_token, totpCode(secret));
  if (reply.status !== 200) throw new Error(`confirm_totp → ${reply.status}: ${reply.text}`);
  const { recovery_codes: recoveryCodes } = reply.json as { recovery_codes: string[] };
  recoveryCodes.forEach(plant);
  return { secret, recoveryCodes };
}

/** The token that a sign-in with the password alone comes to. */
export function mfaTokenOf(reply: Reply): string {
  const { mfa_token } = reply.json as { mfa_token?: string };
  if (reply.status !== 401 || mfa_token === undefined) throw new Error(`no code was asked for: ${reply.status} ${reply.text}`);
  return mfa_token;
}

export async function answerCode(client: Client, mfa_token: string, code: string, more: object = {}): Promise<Reply> {
  return await client.send("POST", `${apiBase}/auth/login/code`, { json: { mfa_token, code, ...more } });
}
