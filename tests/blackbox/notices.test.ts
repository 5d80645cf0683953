/** Whoever owns an account is told by mail of every change to the ways into it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { registerAdmin, usersPath } from "./support/administration";
import { deviceCookieOf, signedInOf, type Reply, type SignedIn } from "./support/client";
import { clockMoved } from "./support/clock";
import { apiBase } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program, setupTokenIn } from "./support/program";
import { newPassword } from "./support/secrets";
import { MailServer, publicUrl, type ReceivedMail } from "./support/smtp";
import { answerCode, beginTotp, confirmTotp, enrol, mfaTokenOf, wrongCode } from "./support/totp";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const subjects = {
  factorOn: "Kontor at desk.example: a second step was turned on",
  factorOff: "Kontor at desk.example: the second step was turned off",
  factorTaken: "Kontor at desk.example: an administrator turned the second step off",
  codesRenewed: "Kontor at desk.example: new recovery codes",
  codeUsed: "Kontor at desk.example: a recovery code was used",
  passwordChanged: "Kontor at desk.example: your password was changed",
  passwordSet: "Kontor at desk.example: your password was set with a link",
  tokenMade: "Kontor at desk.example: an access token was made",
  newDevice: "Kontor at desk.example: a login from a new device",
};

const makeToken = async (program: Program, by: string): Promise<Reply> =>
  await program.send("POST", `${auth}/tokens`, { token: by, json: { name: "a script", scopes: ["account:read"] } });
const changePassword = async (program: Program, by: string, from: string, to: string, headers = {}): Promise<Reply> =>
  await program.send("POST", `${auth}/password`, { token: by, headers, json: { current_password: from, new_password: to } });

describe.each(wantedDatabases)("notices on %s", (database) => {
  let installation: Installation;
  let server: MailServer;
  let program: Program;
  let email: string;
  let password: string;
  let session: SignedIn;
  // One for all, each test with an account of its own.
  beforeAll(async () => {
    installation = await Installation.create(database);
    server = await MailServer.start();
    program = await Program.start({ installation, settings: server.settings });
  });
  afterAll(async () => {
    await program.stop();
    await server.goDown();
    installation.remove();
  });
  beforeEach(async () => {
    email = newEmail();
    password = newPassword();
    session = await program.account(email, password);
  });
  const nothingWaits = async (): Promise<void> =>
    await until("the queue is empty", async () => (await installation.query("SELECT count(*) FROM mail_outbox")) === "0");

  /** It says when, from where and what to do, and nothing in it can act. */
  const expectNotice = (mail: ReceivedMail, device = "Unknown device"): void => {
    const said = /^When: (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC\r\nFrom the address: 127\.0\.0\.1\r\nWith: (.*)\r$/m.exec(mail.body);
    expect(said, mail.body).not.toBeNull();
    expect(Math.abs(Date.parse(`${said?.[1]}T${said?.[2]}:00Z`) - Date.now())).toBeLessThan(180_000);
    expect(said?.[3]).toBe(device);
    expect(mail.body).toContain("If it was not, somebody else has access to your account");
    expect(mail.body).not.toContain("token=");
    for (const [link] of mail.body.matchAll(/https?:\/\/[^\s,]*[^\s,.:]/g)) expect([publicUrl, `${publicUrl}/account/tokens`]).toContain(link);
  };

  test("b.30 a password that is changed, in the language of the browser, with its name", async () => {
    expect((await changePassword(program, session.access_token, newPassword(), newPassword())).status).toBe(403);
    const renewed = newPassword();
    expect((await changePassword(program, session.access_token, password, renewed, { "user-agent": firefox })).status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.passwordChanged), "Firefox on Linux");
    const again = signedInOf(await program.login(email, renewed));
    const german = { "accept-language": "de" };
    expect((await changePassword(program, again.access_token, renewed, newPassword(), german)).status).toBe(200);
    const mail = await server.mailAbout(email, "Kontor auf desk.example: Passwort geändert");
    expect(mail.headers.get("content-language")).toBe("de");
    expect(mail.body).toContain("Warst du es nicht, so hat jemand anderes Zugriff auf dein Konto");
    await nothingWaits();
    expect(server.mailsTo(email)).toHaveLength(2);
  });

  test("b.30 a password that is set with a link that was mailed, or handed over", async () => {
    await program.send("POST", `${auth}/password/forgot`, { json: { email } });
    const token = await server.tokenTo(email);
    expect((await program.send("POST", `${auth}/password/reset`, { json: { token, password: newPassword() } })).status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.passwordSet));
    const handedOver = setupTokenIn((await installation.command(["admin", "reset-link", email])).stdout);
    expect((await program.send("POST", `${auth}/setup`, { json: { token: handedOver, password: newPassword() } })).status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.passwordSet, 2));
  });

  test("b.30 a second step that is turned on: with what stays valid all the same", async () => {
    expect((await makeToken(program, session.access_token)).status).toBe(201);
    const made = await server.mailAbout(email, subjects.tokenMade);
    expectNotice(made);
    expect(made.body).toContain(`\r\n${publicUrl}/account/tokens\r\n`);
    const secret = await beginTotp(program, session.access_token);
    expect((await confirmTotp(program, session.access_token, wrongCode(secret))).status).toBe(403);
    expect(server.mailsTo(email)).toHaveLength(1);
    await enrol(program, session);
    const mail = await server.mailAbout(email, subjects.factorOn);
    expectNotice(mail);
    expect(mail.body).toContain("1 access token stays valid, without a code.");
    expect(mail.body).toContain(`\r\n${publicUrl}/account/tokens\r\n`);
  });

  test("b.30 recovery codes: made anew, and used; a second step that is turned off", async () => {
    const { recoveryCodes } = await enrol(program, session);
    expect((await server.mailAbout(email, subjects.factorOn)).body).toContain("There are no access tokens");
    const asked = mfaTokenOf(await program.login(email, password));
    expect((await answerCode(program, asked, recoveryCodes[0] as string)).status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.codeUsed));
    const renewed = await program.send("POST", `${auth}/second-factor/recovery-codes`, { token: session.access_token });
    expect(renewed.status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.codesRenewed));
    expect((await program.send("DELETE", `${auth}/second-factor/totp`, { token: session.access_token })).status).toBe(204);
    expectNotice(await server.mailAbout(email, subjects.factorOff));
  });

  test("b.30 a second step that an administrator turns off, in the app or on the console", async () => {
    const admin = await registerAdmin(program);
    await enrol(program, session);
    const removed = await program.send("DELETE", `${usersPath}/${session.user.id}/second-factor`, { token: admin.token });
    expect(removed.status).toBe(204);
    const mail = await server.mailAbout(email, subjects.factorTaken);
    expect(mail.body).not.toContain("127.0.0.1");
    expect(mail.body).not.toContain(admin.email);
    await enrol(program, session);
    const done = await installation.command(["admin", "remove-second-factor", email], { settings: server.settings });
    expect(done.code, done.stderr).toBe(0);
    await server.mailAbout(email, subjects.factorTaken, 2);
  });

  test("b.30 a sign-in from a new device, once", async () => {
    const asBrowser = async (headers: Record<string, string>): Promise<Reply> =>
      await program.send("POST", `${auth}/login`, { headers, json: { email, password } });
    expect((await program.login(email, password)).status).toBe(200);
    const first = await asBrowser({ "user-agent": firefox });
    expectNotice(await server.mailAbout(email, subjects.newDevice), "Firefox on Linux");
    // The browser is known from now on, whatever it calls itself.
    const cookie = deviceCookieOf(first) as string;
    expect((await asBrowser({ cookie, "user-agent": "Another/1.0" })).status).toBe(200);
    expect((await asBrowser({ "user-agent": firefox })).status).toBe(200);
    expect((await program.login(email, newPassword())).status).toBe(401);
    await nothingWaits();
    expect(server.mailsTo(email)).toHaveLength(1);
    expect((await asBrowser({ "user-agent": "evil.example/1.0" })).status).toBe(200);
    expectNotice(await server.mailAbout(email, subjects.newDevice, 2), "evil");
  });

  test("a notice waits for a mail server that is away, over kill -9", async () => {
    await server.goDown();
    expect((await changePassword(program, session.access_token, password, newPassword())).status).toBe(200);
    await program.kill();
    await server.comeBack();
    // It has been tried in vain, or was being tried, perhaps: then it waits for a minute.
    program = await Program.start({ installation, settings: { ...server.settings, ...clockMoved("+2m") } });
    expectNotice(await server.mailAbout(email, subjects.passwordChanged));
    await program.stop();
    program = await Program.start({ installation, settings: server.settings });
  });
});

describe.each(wantedDatabases)("without SMTP on %s", (database) => {
  test("b.30 nothing is queued, and nothing fails", async () => {
    const installation = await Installation.create(database);
    const program = await Program.start({ installation });
    const email = newEmail();
    const password = newPassword();
    const session = await program.account(email, password);
    expect((await makeToken(program, session.access_token)).status).toBe(201);
    const { recoveryCodes } = await enrol(program, session);
    const asked = mfaTokenOf(await program.login(email, password));
    expect((await answerCode(program, asked, recoveryCodes[0] as string)).status).toBe(200);
    expect((await program.send("POST", `${auth}/second-factor/recovery-codes`, { token: session.access_token })).status).toBe(200);
    expect((await program.send("DELETE", `${auth}/second-factor/totp`, { token: session.access_token })).status).toBe(204);
    const renewed = newPassword();
    expect((await changePassword(program, session.access_token, password, renewed)).status).toBe(200);
    expect((await program.send("POST", `${auth}/login`, { headers: { "user-agent": firefox }, json: { email, password: renewed } })).status).toBe(200);
    expect(await installation.query("SELECT count(*) FROM mail_outbox")).toBe("0");
    expect(await installation.query("SELECT count(*) FROM mail_allowances")).toBe("0");
    await program.stop();
    installation.remove();
  });
});
