/** The queue of mails: nothing that was acknowledged is lost, and nothing of it can be read on the way. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { clockMoved } from "./support/clock";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { MailServer, linkIn, mailFrom, publicUrl, tokenIn } from "./support/smtp";
import { until } from "./support/until";

const forgot = async (program: Program, email: string, headers = {}): Promise<Reply> =>
  await program.send("POST", "/api/v1/auth/password/forgot", { json: { email }, headers });

describe.each(wantedDatabases)("mail on %s", (database) => {
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
  const restart = async (settings = {}): Promise<void> => {
    await program.stop();
    program = await Program.start({ installation, settings: { ...server.settings, ...settings } });
  };
  const waiting = async (): Promise<string> => await installation.query("SELECT count(*) FROM mail_outbox");
  const account = async (): Promise<string> => {
    const email = newEmail();
    await program.account(email, newPassword());
    return email;
  };

  test("a mail goes out at once, and has all that a mail should have", async () => {
    const email = await account();
    const asked = performance.now();
    expect((await forgot(program, email)).status).toBe(202);
    const mail = await server.mailTo(email);
    // The queue is looked at every five seconds anyway; this one did not wait for that.
    expect(performance.now() - asked).toBeLessThan(3000);
    expect(mail.from).toBe(mailFrom);
    expect(mail.headers.get("from")).toBe(`Kontor <${mailFrom}>`);
    expect(mail.headers.get("to")).toBe(`<${email}>`);
    expect(mail.headers.get("subject")).toBe("Kontor at desk.example: set a new password");
    expect(Math.abs(Date.parse(mail.headers.get("date") ?? "") - Date.now())).toBeLessThan(60_000);
    expect(mail.headers.get("message-id")).toMatch(/^<[0-9a-f-]{36}@example\.org>$/);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(linkIn(mail)).toMatch(/^https:\/\/desk\.example\/reset#token=[A-Za-z0-9_-]{43}$/);
    tokenIn(mail);
    for (const line of mail.raw.split("\r\n")) expect(line).toMatch(/^[\x20-\x7e]{0,200}$/);
    await until("the queue is empty", async () => (await waiting()) === "0");
  });

  test("in the language of the browser", async () => {
    const email = await account();
    await forgot(program, email, { "accept-language": "de-AT,de;q=0.9,en;q=0.8" });
    const mail = await server.mailTo(email);
    expect(mail.headers.get("content-language")).toBe("de");
    expect(mail.body).toContain("Öffne diesen Link");
    tokenIn(mail);
  });

  test("c.76 a server that is down: the mail waits, over a restart too, and goes when it is back", async () => {
    const email = await account();
    await server.goDown();
    expect((await forgot(program, email)).status).toBe(202);
    await until("a first try", () => program.log.includes("mail not sent"));
    await server.comeBack();
    await restart(clockMoved("+61s"));
    await server.tokenTo(email);
    await until("the queue is empty", async () => (await waiting()) === "0");
  });

  test.each(["refuse", "cut"] as const)("a server that would %s: tried again a minute later, the same mail", async (mood) => {
    const email = await account();
    server.mood = mood;
    await forgot(program, email);
    await until("a first try", () => program.log.includes("mail not sent"));
    expect(server.mails).toHaveLength(0);
    server.mood = "take";
    await restart(clockMoved("+61s"));
    await server.tokenTo(email);
    expect(server.attempts).toBe(2);
  });

  test("c.76 kill -9 right after the answer: what was acknowledged is sent", async () => {
    const email = await account();
    await server.goDown();
    expect((await forgot(program, email)).status).toBe(202);
    await program.kill();
    await server.comeBack();
    // Perhaps it had been taken from the queue already: then for a minute at most.
    program = await Program.start({ installation, settings: { ...server.settings, ...clockMoved("+2m") } });
    await server.tokenTo(email);
    await until("the queue is empty", async () => (await waiting()) === "0");
  });

  test("c.76 kill -9 in the middle of the conversation: sent when the lease is over", async () => {
    const email = await account();
    server.mood = "silent";
    await forgot(program, email);
    await until("the recipient was named", () => server.attempts === 1);
    await program.kill();
    server.mood = "take";
    program = await Program.start({ installation, settings: { ...server.settings, ...clockMoved("+2m") } });
    await server.tokenTo(email);
  });

  test("c.82 SIGTERM does not wait for a silent server, and the next start sends at once", async () => {
    const email = await account();
    server.mood = "silent";
    await forgot(program, email);
    await until("the recipient was named", () => server.attempts === 1);
    const began = performance.now();
    await program.stop();
    expect(performance.now() - began).toBeLessThan(8000);
    server.mood = "take";
    program = await Program.start({ installation, settings: server.settings });
    await server.tokenTo(email);
  });

  test("a mail whose link is over is given up, and the log says so", async () => {
    const email = await account();
    await server.goDown();
    await forgot(program, email);
    await until("a first try", () => program.log.includes("mail not sent"));
    await server.comeBack();
    await restart(clockMoved("+31m"));
    await until("given up", () => program.log.includes("mail given up"));
    await until("the queue is empty", async () => (await waiting()) === "0");
    expect(server.mails).toHaveLength(0);
    expect(program.log).not.toContain(email);
  });

  test("c.85 a.46 no token in the log or the database, and of an unknown address nothing at all", async () => {
    const known = await account();
    const unknown = newEmail();
    await server.goDown();
    await forgot(program, known);
    await forgot(program, unknown);
    await until("a first try", () => program.log.includes("mail not sent"));
    const everything = (): string =>
      program.log +
      readdirSync(installation.dataFolder)
        .map((file) => readFileSync(path.join(installation.dataFolder, file)).toString("latin1"))
        .join("\n");
    expect(everything()).not.toContain(unknown);
    expect(everything()).not.toContain("#token=");
    expect(await installation.query("SELECT count(*), count(DISTINCT length(sealed)) FROM mail_outbox WHERE length(sealed) > 200")).toMatch(
      /^[12]\|1$/,
    );
    await server.comeBack();
    await restart(clockMoved("+61s"));
    // Planted: stop() searches the log and all files for it.
    await server.tokenTo(known);
  });

  test("c.54 c.23 an address with a line break is no address, and nothing is sent", async () => {
    for (const email of ["a@example.org\r\nBcc: b@example.org", "a@example.org\nRCPT TO:<b@example.org>", "a@example.org>, <b@example.org"]) {
      const reply = await forgot(program, email);
      expect(reply.status).toBe(422);
      expect(fieldErrors(reply)).toEqual(["/email not_an_email"]);
    }
    expect(server.attempts).toBe(0);
  });
});

test("two nodes on one PostgreSQL send each mail once", async ({ skip }) => {
  if (!wantedDatabases.includes("postgresql")) skip();
  const installation = await Installation.create("postgresql");
  const server = await MailServer.start();
  const common = { ...server.settings, JWT_SECRET_KEY: "kF3vX9qLw2ZtR8nB5yHc7mJ4pD6sG1aE0uTiOoPz" };
  const nodes = [
    await Program.start({ installation, settings: common }),
    await Program.start({ installation, settings: { ...common, DATA_DIR: `${installation.folder}/data2` } }),
  ];
  const emails = Array.from({ length: 20 }, () => newEmail());
  for (const email of emails) await (nodes[0] as Program).account(email, newPassword());
  await Promise.all(emails.map(async (email, i) => await forgot(nodes[i % 2] as Program, email)));
  for (const email of emails) await server.tokenTo(email);
  await until("the queue is empty", async () => (await installation.query("SELECT count(*) FROM mail_outbox")) === "0");
  expect(server.mails).toHaveLength(emails.length);
  for (const node of nodes) await node.stop();
  await server.goDown();
  installation.remove();
});

describe("settings that do not fit stop the start with a sentence", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["no sender", { SMTP_URL: "smtp://127.0.0.1:25", PUBLIC_URL: publicUrl }, /MAIL_FROM must be set when SMTP_URL is/],
    ["no public address", { SMTP_URL: "smtp://127.0.0.1:25", MAIL_FROM: mailFrom }, /PUBLIC_URL must be set when SMTP_URL is/],
    ["verification without mail", { EMAIL_VERIFICATION: "required" }, /EMAIL_VERIFICATION can be required only when SMTP_URL is set/],
    ["nonsense", { EMAIL_VERIFICATION: "maybe" }, /EMAIL_VERIFICATION must be off or required/],
    ["no mail server", { SMTP_URL: "http://user:planted-smtp-secret@127.0.0.1" }, /SMTP_URL must be an address such as/],
  ])("%s", async (_, settings, sentence) => {
    const installation = await Installation.create();
    const ended = await installation.command(["serve"], { settings });
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr + ended.stdout).not.toContain("planted-smtp-secret");
    installation.remove();
  });
});

test("without SMTP the routes say so, and the policy too", async () => {
  const program = await Program.start();
  expect((await program.send("GET", "/api/v1/auth/policy")).json).toMatchObject({ mail: false, email_verification: "off" });
  const reply = await forgot(program, newEmail());
  expect(reply.status).toBe(403);
  expect(problemType(reply)).toBe("mail-not-configured");
  const { access_token } = await program.account(newEmail(), newPassword());
  const other = await program.send("POST", "/api/v1/auth/email/verification", { token: access_token });
  expect(other.status).toBe(403);
  expect(problemType(other)).toBe("mail-not-configured");
  await program.stop();
});
