/** The address of an account: proving it, and moving to another. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemType, userOf, type Reply } from "./support/client";
import { contractRoutes, filledPath } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { MailServer, linkIn, publicUrl, tokenIn } from "./support/smtp";

const post = async (program: Program, path: string, json: unknown, token?: string): Promise<Reply> =>
  await program.send("POST", `/api/v1/auth${path}`, { json, token });

describe.each(wantedDatabases)("change of address on %s", (database) => {
  let installation: Installation;
  let server: MailServer;
  let program: Program;
  let email: string;
  let password: string;
  let token: string;
  beforeEach(async () => {
    installation = await Installation.create(database);
    server = await MailServer.start();
    program = await Program.start({ installation, settings: server.settings });
    email = newEmail();
    password = newPassword();
    token = (await program.account(email, password)).access_token;
  });
  afterEach(async () => {
    await program.stop();
    await server.goDown();
    installation.remove();
  });

  test("a link proves the account's own address", async () => {
    const asked = await program.send("POST", "/api/v1/auth/email/verification", { token });
    expect([asked.status, asked.text]).toEqual([202, "{}"]);
    const mail = await server.mailTo(email);
    const proof = tokenIn(mail);
    expect(linkIn(mail)).toBe(`${publicUrl}/confirm#token=${proof}`);
    expect(userOf(await program.me(token)).email_verified).toBe(false);
    const confirmed = await post(program, "/email/confirm", { token: proof });
    expect(confirmed.json).toEqual({ email });
    expect(userOf(await program.me(token)).email_verified).toBe(true);
    expect((await post(program, "/email/confirm", { token: proof })).status).toBe(404);
    const tooSoon = await program.send("POST", "/api/v1/auth/email/verification", { token });
    expect(tooSoon.status).toBe(429);
    expect(Number(tooSoon.headers["retry-after"])).toBe(300);
  });

  test("the account moves when the new address is proved, and the old one is told", async () => {
    const renewed = newEmail();
    expect((await post(program, "/email/change", { email: renewed }, token)).status).toBe(202);
    const proof = await server.tokenTo(renewed);
    expect(userOf(await program.me(token)).email).toBe(email);
    await post(program, "/password/forgot", { email });
    const resetToken = await server.tokenTo(email);

    const confirmed = await post(program, "/email/confirm", { token: proof });
    expect([confirmed.status, confirmed.json]).toEqual([200, { email: renewed }]);
    expect(userOf(await program.me(token))).toMatchObject({ email: renewed, email_verified: true });
    const notice = await server.mailAbout(email, "your account has another address now");
    expect(notice.body).not.toContain("#token=");
    // What was mailed to the old address opens nothing any more.
    expect((await post(program, "/password/reset", { token: resetToken, password: newPassword() })).status).toBe(404);
    expect((await program.login(email, password)).status).toBe(401);
    expect((await program.login(renewed, password)).status).toBe(200);

    const { events } = (await program.send("GET", "/api/v1/auth/timeline", { token })).json as { events: { action: string }[] };
    expect(events.map((event) => event.action)).toEqual(expect.arrayContaining(["email.change_requested", "email.changed"]));
  });

  test.each([
    ["en", "somebody wants to change the address of your account", "change your password"],
    ["de", "Jemand möchte die Adresse deines Kontos ändern", "ändere dein Passwort"],
  ])("b.30 the old address is told when the change is asked for, in %s, with no link that acts", async (language, subject, advice) => {
    const headers = { "accept-language": language };
    const taken = newEmail();
    await program.account(taken, newPassword());
    for (const [n, wanted] of [newEmail(), taken].entries()) {
      const asked = await program.send("POST", "/api/v1/auth/email/change", { json: { email: wanted }, token, headers });
      expect(asked.status).toBe(202);
      const notice = await server.mailTo(email, n + 1);
      expect(notice.headers.get("subject")).toContain(subject);
      expect(notice.body).toContain(wanted);
      expect(notice.body).toContain(advice);
      expect(notice.body).not.toContain("token");
      expect(notice.body.match(/https?:\S+/g) ?? []).toEqual([publicUrl]);
    }
  });

  test("c.21 an address that is taken gets the same answer, and its owner a mail", async () => {
    const taken = newEmail();
    await program.account(taken, newPassword());
    const known = await post(program, "/email/change", { email: taken }, token);
    const fresh = await post(program, "/email/change", { email: newEmail() }, token);
    for (const reply of [known, fresh]) expect([reply.status, reply.text]).toEqual([202, "{}"]);
    const mail = await server.mailTo(taken);
    expect(mail.body).not.toContain("#token=");
    expect(userOf(await program.me(token)).email).toBe(email);
  });

  test("who takes the address meanwhile has it", async () => {
    const wanted = newEmail();
    await post(program, "/email/change", { email: wanted }, token);
    const proof = await server.tokenTo(wanted);
    await program.account(wanted, newPassword());
    const refused = await post(program, "/email/confirm", { token: proof });
    expect(refused.status).toBe(409);
    expect(problemType(refused)).toBe("email-taken");
    expect(userOf(await program.me(token)).email).toBe(email);
  });

  test("a new password ends a change that somebody else asked for", async () => {
    const attacker = newEmail();
    await post(program, "/email/change", { email: attacker }, token);
    const proof = await server.tokenTo(attacker);
    const changed = await post(program, "/password", { current_password: password, new_password: newPassword() }, token);
    expect(changed.status).toBe(200);
    expect((await post(program, "/email/confirm", { token: proof })).status).toBe(404);
  });

  test("Zitadel CVE-2026-27946, c.35: no body marks an address as verified", async () => {
    for (const { method, path } of contractRoutes.filter((r) => ["POST", "PUT", "PATCH"].includes(r.method) && r.path.includes("/auth/"))) {
      const body = { email, password, token: "x", email_verified: true, email_verified_at: 1, verified: true };
      const reply = await program.send(method, filledPath(path), { token, json: body });
      expect([400, 403, 404, 422], `${method} ${path}`).toContain(reply.status);
      if (reply.status === 422) expect(fieldErrors(reply)).toContain("/email_verified unknown_member");
    }
    expect(userOf(await program.me(token)).email_verified).toBe(false);
  });
});

describe.each(wantedDatabases)("without mail on %s", (database) => {
  test("the address changes at once and is not verified; a taken one is 409", async () => {
    const program = await Program.start({ database });
    const email = newEmail();
    const password = newPassword();
    const taken = newEmail();
    await program.account(taken, newPassword());
    const { access_token: token } = await program.account(email, password);
    const refused = await post(program, "/email/change", { email: taken }, token);
    expect([refused.status, problemType(refused)]).toEqual([409, "email-taken"]);
    expect(fieldErrors(await post(program, "/email/change", { email: "nobody" }, token))).toEqual(["/email not_an_email"]);
    const renewed = newEmail();
    const changed = await post(program, "/email/change", { email: renewed }, token);
    expect(changed.status).toBe(200);
    expect(userOf(changed)).toMatchObject({ email: renewed, email_verified: false });
    expect(userOf(await program.me(token)).email).toBe(renewed);
    expect((await program.login(renewed, password)).status).toBe(200);
    await program.stop();
  });
});
