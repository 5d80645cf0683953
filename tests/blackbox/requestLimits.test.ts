/** Limits of requests: by address, by account, what they say, and what does not count. */
import { afterEach, describe, expect, test } from "vitest";
import { issuedOf, problemType, signedInOf, type Outgoing, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { newEmail } from "./support/environment";
import { Program, type Settings } from "./support/program";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;

let program: Program;
afterEach(async () => {
  await program.stop();
});
const start = async (settings: Settings): Promise<void> => {
  program = await Program.start({ settings });
};

const policy = async (out: Outgoing = {}): Promise<Reply> => await program.send("GET", `${auth}/policy`, out);

/** How many are answered before the first refusal, and by how many the bucket may have refilled meanwhile. */
async function untilRefused(ask: () => Promise<Reply>, perMinute: number): Promise<{ allowed: number; refilled: number; refusal: Reply }> {
  const began = performance.now();
  for (let allowed = 0; ; allowed += 1) {
    const reply = await ask();
    const refilled = Math.ceil(((performance.now() - began) * perMinute) / 60_000);
    if (reply.status === 429) return { allowed, refilled, refusal: reply };
    expect(reply.status).toBe(200);
    if (allowed > 10_000) throw new Error("it is never refused");
  }
}

function fields(reply: Reply): { policy: unknown; limit: unknown } {
  return { policy: reply.headers["ratelimit-policy"], limit: reply.headers["ratelimit"] };
}

describe("by address", () => {
  test("just under the limit everything is answered, just over it nothing but a time to wait, and that time is honest", async () => {
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "30" });
    const first = await policy();
    expect(fields(first)).toEqual({ policy: '"address";q=30;w=60', limit: '"address";r=29;t=2' });
    const { allowed, refilled, refusal } = await untilRefused(policy, 30);
    expect(allowed).toBeGreaterThanOrEqual(29);
    expect(allowed).toBeLessThanOrEqual(29 + refilled);
    expect(problemType(refusal)).toBe("too-many-requests");
    expect(fields(refusal).policy).toBe('"address";q=30;w=60');
    expect(fields(refusal).limit).toMatch(/^"address";r=0;t=(59|60)$/);
    const wait = Number(refusal.headers["retry-after"]);
    // One request comes back every two seconds.
    expect([1, 2]).toContain(wait);

    const refusedAt = performance.now();
    await until("it answers again", async () => (await policy()).status === 200);
    const waited = performance.now() - refusedAt;
    expect(waited).toBeGreaterThan((wait - 1) * 1000 - 50);
    expect(waited).toBeLessThan(wait * 1000 + 1500);
    // One had come back, and no more.
    expect((await policy()).status).toBe(429);
  });

  test("c.90 what somebody writes into X-Forwarded-For does not give a new bucket", async () => {
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "20" });
    let i = 0;
    const { allowed, refilled } = await untilRefused(
      async () => await policy({ headers: { "x-forwarded-for": `203.0.113.${(i += 1)}`, forwarded: `for=203.0.113.${i}`, "x-real-ip": `203.0.113.${i}` } }),
      20,
    );
    expect(allowed).toBeLessThanOrEqual(20 + refilled);
  });

  test("behind a trusted proxy each client has its own, an IPv6 network of 64 bits one for all", async () => {
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "10", TRUSTED_PROXIES: "127.0.0.1" });
    const as = async (address: string): Promise<Reply> => await policy({ headers: { "x-forwarded-for": address } });
    let i = 0;
    const { allowed, refilled } = await untilRefused(async () => await as(`2001:db8:0:7:${(i += 1).toString(16)}::1`), 10);
    expect(allowed).toBeLessThanOrEqual(10 + refilled);
    expect((await as("2001:db8:0:8::1")).status).toBe(200);
    expect((await as("192.0.2.1")).status).toBe(200);
    // A client that names others before itself is still the one that the proxy saw.
    const forged = await untilRefused(async () => await as(`198.51.100.${(i += 1)}, 192.0.2.9`), 10);
    expect(forged.allowed).toBeLessThanOrEqual(10 + forged.refilled);
  });

  test("a request with a body, a page and a path that does not exist count; health does not", async () => {
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "10" });
    const page = await program.send("GET", "/");
    expect(fields(page)).toEqual({ policy: undefined, limit: undefined });
    await program.send("GET", "/nothing/here");
    await program.send("POST", `${auth}/login`, { json: {} });
    expect(fields(await policy()).limit).toMatch(/^"address";r=[67];/);
    await untilRefused(policy, 10);
    const login = await program.send("POST", `${auth}/login`, { json: { email: newEmail(), password: newPassword() } });
    expect([login.status, problemType(login)]).toEqual([429, "too-many-requests"]);
    expect((await program.send("GET", "/")).status).toBe(429);
    for (const path of ["/health", "/health/live", "/health/ready", `${apiBase}/health`, `${apiBase}/health/live`, `${apiBase}/health/ready`]) {
      const well = await program.send("GET", path);
      expect(well.status, path).toBe(200);
      expect(fields(well)).toEqual({ policy: undefined, limit: undefined });
    }
  });
});

describe("by account", () => {
  test("sessions and personal tokens of one account share it; another account has its own", async () => {
    await start({ REQUESTS_PER_MINUTE_USER: "20" });
    const email = newEmail();
    const password = newPassword();
    const first = (await program.account(email, password)).access_token;
    const second = signedInOf(await program.login(email, password)).access_token;
    const other = (await program.account(newEmail(), newPassword())).access_token;
    const personal = issuedOf(await program.send("POST", `${auth}/tokens`, { token: first, json: { name: "x", scopes: ["account:read"] } })).token;
    const told = fields(await program.me(personal));
    expect(told.policy).toBe('"user";q=20;w=60');
    expect(told.limit).toMatch(/^"user";r=1[89];t=[1-6]$/);

    const carriers = [first, second, personal];
    let i = 0;
    const { allowed, refilled, refusal } = await untilRefused(async () => await program.me(carriers[(i += 1) % 3]), 20);
    expect(allowed).toBeLessThanOrEqual(19 + refilled);
    expect(Number(refusal.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect((await program.me(other)).status).toBe(200);
    // Who is signed out is refused as such: the limit of an account tells nobody else anything.
    expect((await program.me("x")).status).toBe(401);
    expect((await policy()).status).toBe(200);
  });

  test("both limits are told together", async () => {
    await start({ REQUESTS_PER_MINUTE_ADDRESS: "600", REQUESTS_PER_MINUTE_USER: "60" });
    const { access_token } = await program.account(newEmail(), newPassword());
    const told = fields(await program.me(access_token));
    expect(told.policy).toBe('"address";q=600;w=60, "user";q=60;w=60');
    expect(told.limit).toMatch(/^"address";r=59[89];t=1, "user";r=59;t=1$/);
  });
});

test("0 is no limit, and nothing is said about one", async () => {
  await start({ REQUESTS_PER_MINUTE_ADDRESS: "0", REQUESTS_PER_MINUTE_USER: "0" });
  const { access_token } = await program.account(newEmail(), newPassword());
  const replies = await Promise.all(Array.from({ length: 2000 }, async () => await program.me(access_token)));
  expect(replies.every((reply) => reply.status === 200)).toBe(true);
  expect(fields(replies[0] as Reply)).toEqual({ policy: undefined, limit: undefined });
});

test("without settings the limits are on", async () => {
  await start({ REQUESTS_PER_MINUTE_ADDRESS: undefined, REQUESTS_PER_MINUTE_USER: undefined });
  const { access_token } = await program.account(newEmail(), newPassword());
  expect(fields(await program.me(access_token)).policy).toBe('"address";q=1200;w=60, "user";q=600;w=60');
});
