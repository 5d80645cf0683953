/** Guessing: how many wrong passwords and codes get through, by which way, and who is held up by others' guesses. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deviceCookieOf, problemType, signedInOf, type Outgoing, type Reply, type SignedIn } from "./support/client";
import { apiBase, contractRoutes } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { answerCode, beginTotp, enrol, mfaTokenOf, nextCode, totpCode, wrongCode } from "./support/totp";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;
const wrong = "some wrong password";

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let email: string;
  let password: string;
  let owner: Reply;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { TRUSTED_PROXIES: "127.0.0.1" } });
    email = newEmail();
    password = newPassword();
    owner = await program.register(email, password);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  let sources = 0;
  /** An address of a network that nobody else has. */
  const from = (): string => `10.${(sources += 1) % 250}.${Math.floor(sources / 250)}.1`;
  const guess = async (at: string, text = wrong, headers: Record<string, string> = {}): Promise<Reply> =>
    await program.send("POST", `${auth}/login`, { json: { email: at, password: text }, headers: { "x-forwarded-for": from(), ...headers } });
  /** The failure that uses up the free ones costs a second, which may pass before the next request. */
  const stretchWaits = async (times = 1): Promise<void> => {
    await installation.query(`UPDATE login_counters SET blocked_until = blocked_until + ${times * 600_000_000} WHERE failures >= 5`);
  };
  /** As an attacker who comes from everywhere. */
  const lock = async (at = email): Promise<void> => {
    for (let i = 0; i < 5; i += 1) expect((await guess(at)).status).toBe(401);
    await stretchWaits();
  };
  const expectLocked = (reply: Reply, what = ""): void => {
    expect([what, reply.status, problemType(reply)]).toEqual([what, 429, "too-many-attempts"]);
    expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
  };

  test("a.7 101 wrong passwords from rotating sources: 429 well before, and the right one is good after the wait", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 101; i += 1) statuses.push((await guess(email)).status);
    // One more gets through for each wait that passes meanwhile: 1 s, 2 s, 4 s.
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(10);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(90);
    await stretchWaits();
    expectLocked(await guess(email, password));
    await stretchWaits(-1);
    await until("the wait is over", async () => (await guess(email, password)).status === 200, 20_000);
    expect((await guess(email)).status).toBe(401);
  });

  test("Zitadel CVE-2023-47111: of 200 parallel wrong guesses five are answered by the hash", async () => {
    const began = performance.now();
    const replies = await Promise.all(Array.from({ length: 200 }, async () => await guess(email)));
    const seconds = (performance.now() - began) / 1000;
    const count = (status: number): number => replies.filter((reply) => reply.status === status).length;
    // And one for each wait that passed meanwhile, of 1 s, 2 s, 4 s.
    const waits = Math.floor(Math.log2(seconds + 1));
    expect(count(401)).toBeGreaterThanOrEqual(5);
    expect(count(401)).toBeLessThanOrEqual(5 + waits);
    expect(count(401) + count(429)).toBe(200);
    expect(await installation.query("SELECT max(failures) FROM login_counters")).toBe(String(count(401)));
  });

  test("Vikunja CVE-2026-35597, b.25: failures are stored, and survive kill -9", async () => {
    await lock();
    const before = await installation.query("SELECT counter_key, failures FROM login_counters ORDER BY 1");
    await program.kill();
    program = await Program.start({ installation, settings: { TRUSTED_PROXIES: "127.0.0.1" } });
    expect(await installation.query("SELECT counter_key, failures FROM login_counters ORDER BY 1")).toBe(before);
    expectLocked(await guess(email, password));
  });

  test("Authelia CVE-2025-24806, OpenBao GO-2025-3854, c.90: every spelling of an address has one counter", async () => {
    const name = email.slice(1);
    for (const spelling of [email, email.toUpperCase(), `  ${email} `, `ｕ${name}`, email.replace("example", "EXAMPLE")]) {
      expect([spelling, (await guess(spelling)).status]).toEqual([spelling, 401]);
    }
    expectLocked(await guess(email, password));
    expectLocked(await guess(`U${name}`, password));
  });

  test("an address that nobody has is held up in the same words", async () => {
    const nobody = newEmail();
    await lock();
    await lock(nobody);
    const [known, unknown] = [await guess(email), await guess(nobody)];
    const shape = ({ json, headers }: Reply): object => ({ ...(json as object), request_id: "", headers: Object.keys(headers).sort() });
    expect(shape(unknown)).toEqual(shape(known));
  });

  test("Keycloak CVE-2024-1722: the owner's browser signs in during the attack, a stranger's does not", async () => {
    const cookie = deviceCookieOf(owner) as string;
    const strangers = deviceCookieOf(await program.register(newEmail(), newPassword())) as string;
    await lock();
    expectLocked(await guess(email, password));
    expectLocked(await guess(email, password, { cookie: strangers }));
    expectLocked(await guess(email, password, { cookie: `${cookie.slice(0, -1)}${cookie.endsWith("A") ? "B" : "A"}` }));
    expect((await guess(email, password, { cookie })).status).toBe(200);
    expectLocked(await guess(email, password), "the owner's sign-in hands nobody new guesses");
    for (let i = 0; i < 5; i += 1) expect((await guess(email, wrong, { cookie })).status).toBe(401);
    await stretchWaits();
    expectLocked(await guess(email, password, { cookie }), "nor is the cookie a way to guess");
  });

  test("an address that fails at many accounts has to wait, behind no header of its own", async () => {
    await program.stop();
    program = await Program.start({ installation });
    const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await guess(newEmail())).status));
    // c.90: nobody trusts X-Forwarded-For here, so all came from one address.
    const failed = statuses.filter((status) => status === 401).length;
    expect(failed).toBeGreaterThanOrEqual(50);
    expect(failed).toBeLessThan(60);
    await until("the right password has to wait too", async () => {
      expect([401, 429]).toContain((await guess(newEmail())).status);
      return (await guess(email, password)).status === 429;
    });
  });

  /** Every path that checks a password or a code; whoever adds one adds its row. */
  const paths: Record<string, (who: { session: SignedIn; secret?: string; mfaToken?: string; good: boolean }) => Outgoing> = {
    "/auth/login": ({ good }) => ({ json: { email, password: good ? password : wrong } }),
    "/auth/login/code": ({ secret = "", mfaToken, good }) => ({ json: { mfa_token: mfaToken, code: good ? totpCode(secret) : wrongCode(secret) } }),
    "/auth/password": ({ session, good }) => ({
      token: session.access_token,
      json: { current_password: good ? password : wrong, new_password: newPassword() },
    }),
    "/auth/step-up": ({ session, secret, good }) => ({
      token: session.access_token,
      json: secret === undefined ? { password: good ? password : wrong } : { code: good ? totpCode(secret) : wrongCode(secret) },
    }),
    "/auth/second-factor/totp/confirm": ({ session, secret = "", good }) => ({
      token: session.access_token,
      json: { code: good ? totpCode(secret) : wrongCode(secret) },
    }),
  };
  const rows = Object.keys(paths).flatMap((path) => (path === "/auth/step-up" ? [`${path} by password`, `${path} by code`] : [path]));

  test("Keycloak CVE-2026-9798: the table has every path that the contract knows", () => {
    const counted = contractRoutes.filter((r) => r.operation.responses["429"]?.$ref?.endsWith("/TooManyAttempts"));
    expect(counted.map((r) => r.path.slice(apiBase.length)).sort()).toEqual(Object.keys(paths).sort());
  });

  test.each(rows)("Keycloak CVE-2026-9798, Zitadel CVE-2024-32868: %s counts, and meets the lock", async (row) => {
    const [path = "", , how] = row.split(" ");
    const session = signedInOf(owner);
    const who = { session, secret: undefined as string | undefined, mfaToken: undefined as string | undefined };
    if (path === "/auth/login/code" || how === "code") {
      who.secret = (await enrol(program, session)).secret;
      who.mfaToken = mfaTokenOf(await guess(email, password));
    } else if (path.endsWith("/confirm")) {
      who.secret = await beginTotp(program, session.access_token);
    }
    const attempt = async (good: boolean): Promise<Reply> => {
      const out = (paths[path] as (typeof paths)[string])({ ...who, good });
      return await program.send("POST", `${apiBase}${path}`, { ...out, headers: { "x-forwarded-for": from() } });
    };
    for (let i = 0; i < 5; i += 1) {
      const refused = await attempt(false);
      expect([401, 403]).toContain(refused.status);
      expect(["invalid-credentials", "wrong-code", "wrong-password"]).toContain(problemType(refused));
    }
    await stretchWaits();
    expectLocked(await attempt(true), "a right one, by this path");
    expectLocked(await guess(email, password), "and by the front door");
  });

  test("refusals stand in the owner's timeline, a flood does not fill it, and nobody's address is written down", async () => {
    await lock();
    for (let i = 0; i < 20; i += 1) expectLocked(await guess(email));
    const nobody = newEmail();
    await guess(nobody);
    const { events } = (await program.send("GET", `${auth}/timeline`, { token: signedInOf(owner).access_token })).json as {
      events: { action: string; outcome: string; by: string }[];
    };
    expect(events.filter((e) => e.action === "login.refused" && e.by === "nobody")).toHaveLength(5);
    expect(events.filter((e) => e.action === "login.throttled")).toHaveLength(1);
    expect(await installation.query("SELECT count(*) FROM audit_log WHERE owner_id IS NULL AND action = 'login.refused'")).toBe("1");
    expect(await installation.query("SELECT count(*) FROM audit_log WHERE detail LIKE '%@%'")).toBe("0");
  });

  test("a second-factor sign-in leaves no failure behind", async () => {
    const { secret } = await enrol(program, signedInOf(owner));
    const mfaToken = mfaTokenOf(await guess(email, password));
    expect((await answerCode(program, mfaToken, nextCode(secret))).status).toBe(200);
    expect(await installation.query("SELECT coalesce(max(failures), 0) FROM login_counters")).toBe("0");
  });
});
