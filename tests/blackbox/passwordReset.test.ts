/** A forgotten password: the link in the mail, and everything that must not come of it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemType, signedInOf, userOf, type Reply } from "./support/client";
import { clockMoved } from "./support/clock";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { MailServer, linkIn, publicUrl, tokenIn } from "./support/smtp";
import { until } from "./support/until";

const post = async (program: Program, path: string, json: unknown, token?: string): Promise<Reply> =>
  await program.send("POST", `/api/v1/auth${path}`, { json, token });
const forgot = async (program: Program, email: string): Promise<Reply> => await post(program, "/password/forgot", { email });
const reset = async (program: Program, token: string, password: string): Promise<Reply> =>
  await post(program, "/password/reset", { token, password });

function expectNoLink(reply: Reply): void {
  expect(reply.status, reply.text).toBe(404);
  expect(problemType(reply)).toBe("link-not-valid");
}

describe.each(wantedDatabases)("password reset on %s", (database) => {
  let installation: Installation;
  let server: MailServer;
  let program: Program;
  beforeEach(async () => {
    installation = await Installation.create(database);
    server = await MailServer.start();
    program = await Program.start({ installation, settings: server.settings });
  });
  afterEach(async () => {
    await program.stop();
    await server.goDown();
    installation.remove();
  });

  test("forgot, link, new password; all sessions end, the address counts as verified", async () => {
    const email = newEmail();
    const old = newPassword();
    const before = await program.account(email, old);
    expect(before.user.email_verified).toBe(false);
    expect((await forgot(program, ` ${email.toUpperCase()}`)).status).toBe(202);
    const token = await server.tokenTo(email);
    expect((await program.me(before.access_token)).status).toBe(200);

    const renewed = newPassword();
    const after = await reset(program, token, renewed);
    expect(after.status, after.text).toBe(200);
    expect(signedInOf(after).user).toMatchObject({ id: before.user.id, email, email_verified: true });
    expect((await program.me(before.access_token)).status).toBe(401);
    expect(userOf(await program.me(signedInOf(after).access_token)).email_verified).toBe(true);
    expect((await program.login(email, old)).status).toBe(401);
    expect((await program.login(email, renewed)).status).toBe(200);

    const { events } = (await program.send("GET", "/api/v1/auth/timeline", { token: signedInOf(after).access_token })).json as {
      events: { action: string; by: string }[];
    };
    expect(events.map((event) => event.action)).toEqual(expect.arrayContaining(["link.created", "password.reset"]));
  });

  test("a.11 a link works once, for half an hour, and a refused password does not use it up", async () => {
    const email = newEmail();
    await program.account(email, newPassword());
    await forgot(program, email);
    const token = await server.tokenTo(email);
    expect((await reset(program, token, "short")).status).toBe(422);
    expect((await reset(program, token, email)).status).toBe(422);

    await program.stop();
    program = await Program.start({ installation, settings: { ...server.settings, ...clockMoved("+31m") } });
    expectNoLink(await reset(program, token, newPassword()));
    await program.stop();
    program = await Program.start({ installation, settings: { ...server.settings, ...clockMoved("+29m") } });
    expect((await reset(program, token, newPassword())).status).toBe(200);
    expectNoLink(await reset(program, token, newPassword()));
  });

  test("c.20 authentik CVE-2023-39522, Zitadel GHSA-pvm5-9frx-264r: known, unknown, deactivated: one answer, one mail", async () => {
    const known = newEmail();
    const deactivated = newEmail();
    await program.account(known, newPassword());
    await program.account(deactivated, newPassword());
    expect((await installation.command(["admin", "deactivate", deactivated])).code).toBe(0);
    const replies = [];
    for (const email of [known, newEmail(), deactivated]) replies.push(await forgot(program, email));
    for (const reply of replies) {
      expect(reply.status).toBe(202);
      expect(reply.text).toBe("{}");
      expect(Object.keys(reply.headers).sort()).toEqual(Object.keys((replies[0] as Reply).headers).sort());
    }
    await server.tokenTo(known);
    await until("the queue is empty", async () => (await installation.query("SELECT count(*) FROM mail_outbox")) === "0");
    expect(server.mails).toHaveLength(1);
    // Again, sooner than in five minutes: the same answer, and no mail.
    const again = await forgot(program, known);
    expect([again.status, again.text]).toEqual([202, "{}"]);
    const other = newEmail();
    await program.account(other, newPassword());
    await forgot(program, other);
    await server.tokenTo(other);
    expect(server.mailsTo(known)).toHaveLength(1);
  });

  test("Zitadel CVE-2023-49097 GHSA-93m4-mfpg-c3xf CVE-2025-64101 GHSA-pfrf-9r5f-73f5, Supabase GHSA-3529-5m8x-rpv3: no header of a request changes the link", async () => {
    const evil = "evil.example";
    const headers: Record<string, string>[] = [
      { host: evil },
      { "x-forwarded-host": evil },
      { "x-forwarded-server": evil },
      { "x-forwarded-proto": "http", "x-forwarded-port": "1234" },
      { forwarded: `for=1.2.3.4;host=${evil};proto=http` },
      { "x-original-host": evil, "x-host": evil },
      { "x-zitadel-forwarded-host": evil, "x-zitadel-instance-host": evil, "x-zitadel-public-host": evil },
      { "x-original-url": `http://${evil}/`, "x-rewrite-url": `http://${evil}/` },
      { referer: `http://${evil}/forgot` },
      { "x-http-host-override": evil, "x-forwarded-prefix": "/evil" },
    ];
    for (const extra of headers) {
      const email = newEmail();
      await program.account(email, newPassword());
      const reply = await program.send("POST", "/api/v1/auth/password/forgot", { json: { email }, headers: extra });
      expect(reply.status, JSON.stringify(extra)).toBe(202);
      const mail = await server.mailTo(email);
      expect(linkIn(mail)).toBe(`${publicUrl}/reset#token=${tokenIn(mail)}`);
      expect(mail.raw).not.toContain("evil");
    }
  });

  test("better-auth GHSA-hc7v-rggr-4hvx: 50 parallel redemptions, one wins", async () => {
    const email = newEmail();
    await program.account(email, newPassword());
    await forgot(program, email);
    const token = await server.tokenTo(email);
    const passwords = Array.from({ length: 50 }, newPassword);
    const replies = await Promise.all(passwords.map(async (password) => await reset(program, token, password)));
    const statuses = replies.map((reply) => reply.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 404)).toHaveLength(49);
    expect((await program.login(email, passwords[statuses.indexOf(200)] as string)).status).toBe(200);
  });

  test("Keycloak CVE-2026-18963: each token opens its own door only", async () => {
    const email = newEmail();
    const password = newPassword();
    const { access_token } = await program.account(email, password);
    await forgot(program, email);
    const resetToken = await server.tokenTo(email, 1);
    const renewed = newEmail();
    expect((await post(program, "/email/change", { email: renewed }, access_token)).status).toBe(202);
    const confirmToken = await server.tokenTo(renewed);
    const made = await installation.command(["admin", "setup-link", email]);
    const setupToken = /#token=([A-Za-z0-9_-]+)/.exec(made.stdout)?.[1] as string;
    const doors: Record<string, (token: string) => Promise<Reply>> = {
      inspect: async (token) => await post(program, "/setup/inspect", { token }),
      setup: async (token) => await post(program, "/setup", { token, password: newPassword() }),
      reset: async (token) => await reset(program, token, newPassword()),
      confirm: async (token) => await post(program, "/email/confirm", { token }),
    };
    const opens: Record<string, string[]> = { [resetToken]: ["reset"], [confirmToken]: ["confirm"], [setupToken]: ["inspect", "setup"] };
    for (const [token, own] of Object.entries(opens)) {
      for (const [name, door] of Object.entries(doors)) if (!own.includes(name)) expectNoLink(await door(token));
      expect((await program.me(token)).status).toBe(401);
    }
    for (const door of Object.values(doors)) expectNoLink(await door("A".repeat(43)));
    expect((await program.login(email, password)).status).toBe(200);
    // What is refused used nothing up; what is used ends the rest.
    expect((await reset(program, resetToken, newPassword())).status).toBe(200);
    expectNoLink(await post(program, "/setup", { token: setupToken, password: newPassword() }));
    expectNoLink(await post(program, "/email/confirm", { token: confirmToken }));
  });
});

describe.each(wantedDatabases)("registration with verification on %s", (database) => {
  let installation: Installation;
  let server: MailServer;
  let program: Program;
  beforeEach(async () => {
    installation = await Installation.create(database);
    server = await MailServer.start();
    program = await Program.start({ installation, settings: { ...server.settings, EMAIL_VERIFICATION: "required" } });
  });
  afterEach(async () => {
    await program.stop();
    await server.goDown();
    installation.remove();
  });
  const register = async (json: unknown): Promise<Reply> => await post(program, "/register", json);

  test("the policy says so; the link in the mail sets the password", async () => {
    expect((await program.send("GET", "/api/v1/auth/policy")).json).toMatchObject({ mail: true, email_verification: "required" });
    const email = newEmail();
    const reply = await register({ email });
    expect(reply.status).toBe(202);
    expect(reply.json).toEqual({ status: "confirmation-sent" });
    const mail = await server.mailTo(email);
    expect(linkIn(mail)).toMatch(/^https:\/\/desk\.example\/setup#token=/);
    const token = tokenIn(mail);
    expect((await post(program, "/setup/inspect", { token })).json).toMatchObject({ email });
    const password = newPassword();
    const claimed = await post(program, "/setup", { token, password });
    expect(claimed.status).toBe(200);
    expect(signedInOf(claimed).user).toMatchObject({ email, email_verified: true });
    expect((await program.login(email, password)).status).toBe(200);
  });

  test("c.21 an address that has an account gets the same answer, and its owner a mail", async () => {
    const email = newEmail();
    const password = newPassword();
    await register({ email });
    await post(program, "/setup", { token: await server.tokenTo(email), password });
    await program.stop();
    program = await Program.start({
      installation,
      settings: { ...server.settings, EMAIL_VERIFICATION: "required", ...clockMoved("+6m") },
    });
    const known = await register({ email, password: newPassword() });
    const fresh = await register({ email: newEmail(), password: newPassword() });
    for (const reply of [known, fresh]) expect([reply.status, reply.json]).toEqual([202, { status: "confirmation-sent" }]);
    expect(Object.keys(known.headers).sort()).toEqual(Object.keys(fresh.headers).sort());
    const told = await server.mailAbout(email, "Kontor at desk.example: you have an account already");
    expect(told.body).toContain("It has an account already");
    expect(told.body).toContain(`${publicUrl}/login`);
    expect(told.body).not.toContain("#token=");
    expect((await program.login(email, password)).status).toBe(200);
  });

  test("PocketBase CVE-2024-38351 and #7662: nobody plants a password on the address of another", async () => {
    const victim = newEmail();
    const planted = newPassword();
    expect((await register({ email: victim, password: planted })).status).toBe(202);
    expect((await program.login(victim, planted)).status).toBe(401);
    expect(await installation.query(`SELECT hashed_password FROM users WHERE email = '${victim}'`)).toBe("");
    const own = newPassword();
    expect((await post(program, "/setup", { token: await server.tokenTo(victim), password: own })).status).toBe(200);
    expect((await program.login(victim, planted)).status).toBe(401);
    expect((await program.login(victim, own)).status).toBe(200);
  });

  test("c.35 a password that comes along must be a good one; nothing else may come along", async () => {
    expect((await register({ email: newEmail(), password: "short" })).status).toBe(422);
    expect((await register({ email: "nobody" })).status).toBe(422);
    expect((await register({ email: newEmail(), email_verified: true })).status).toBe(422);
    expect((await register({ email: newEmail(), is_admin: true })).status).toBe(422);
    expect(await installation.query("SELECT count(*) FROM users")).toBe("0");
    expect(server.attempts).toBe(0);
  });

  test("c.29 parallel registrations of one address: one account, one mail, one answer", async () => {
    const email = newEmail();
    const replies = await Promise.all(Array.from({ length: 25 }, async () => await register({ email })));
    expect(new Set(replies.map((reply) => `${reply.status} ${reply.text}`))).toEqual(new Set(['202 {"status":"confirmation-sent"}']));
    await server.tokenTo(email);
    await until("the queue is empty", async () => (await installation.query("SELECT count(*) FROM mail_outbox")) === "0");
    expect(server.mails).toHaveLength(1);
    expect(await installation.query("SELECT count(*) FROM users")).toBe("1");
  });
});
