/** Accounts as clients see them: register, log in, who am I, and who may register. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, problemOf, problemType, signedInOf, userOf, withoutFactor, type Problem, type SignedIn, type User } from "./support/client";
import { newEmail, wantedDatabases } from "./support/environment";
import { Program } from "./support/program";
import { newPassword } from "./support/secrets";

const shell = promisify(execFile);
const registerPath = "/api/v1/auth/register";

describe.each(wantedDatabases)("accounts on %s", (database) => {
  let program: Program;
  beforeAll(async () => {
    program = await Program.start({ database });
  });
  afterAll(async () => {
    await program.stop();
  });

  test("the three commands of the README, word for word", async () => {
    const curl = async (line: string): Promise<unknown> => {
      const here = line.replaceAll("localhost:8500", `127.0.0.1:${program.port}`).replace("curl ", "curl -sS ");
      return JSON.parse((await shell("bash", ["-c", here])).stdout);
    };
    const data = `-H "Content-Type: application/json" -d '{"email": "test@example.com", "password": "secret123"}'`;
    const registered = (await curl(`curl -X POST http://localhost:8500/api/v1/auth/register ${data}`)) as SignedIn;
    expect(registered.user).toMatchObject({ email: "test@example.com", is_admin: false, is_active: true });
    const signedIn = (await curl(`curl -X POST http://localhost:8500/api/v1/auth/login ${data}`)) as SignedIn;
    expect(signedIn).toMatchObject({ token_type: "bearer", expires_in: 3600, user: registered.user });
    const me = (await curl(
      `curl http://localhost:8500/api/v1/auth/me -H "Authorization: Bearer ${signedIn.access_token}"`,
    )) as User;
    expect(me).toEqual({ ...registered.user, ...withoutFactor });
  });

  test("register answers 201 with the account and where it can be read", async () => {
    const email = newEmail();
    const reply = await program.register(email, newPassword());
    expect(reply.status).toBe(201);
    expect(reply.headers.location).toBe("/api/v1/auth/me");
    expect(reply.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(reply.headers["cache-control"]).toBe("no-store");
    const { user, access_token } = signedInOf(reply);
    expect(user).toMatchObject({ email, is_admin: false, is_active: true });
    const me = await program.me(access_token);
    expect(me.status).toBe(200);
    expect(me.headers["cache-control"]).toBe("no-store");
    expect(userOf(me)).toEqual({ ...user, ...withoutFactor });
    expect(user.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(Math.abs(Date.parse(user.created_at) - Date.now())).toBeLessThan(60_000);
  });

  test("b.8 RFC 9068: an access token has the type, the algorithm and the claims of the design, and no more", async () => {
    const { access_token, user, expires_in } = await program.account(newEmail(), newPassword());
    expect(decodeProtectedHeader(access_token)).toEqual({ alg: "HS256", typ: "at+jwt" });
    const claims = decodeJwt(access_token);
    expect(claims).toMatchObject({ sub: user.id, email: user.email, is_admin: false });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(expires_in);
    expect(Object.keys(claims).sort()).toEqual(
      ["aud", "email", "epoch", "exp", "iat", "is_admin", "iss", "jti", "sid", "sub"].sort(),
    );
  });

  test("a.17 Keycloak GHSA-rg35-5v25-mqvp: each sign-in gives a new token with a new session", async () => {
    const email = newEmail();
    const password = newPassword();
    await program.account(email, password);
    const replies = await Promise.all([1, 2, 3, 4].map(async () => await program.login(email, password)));
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200]);
    const claims = replies.map((reply) => decodeJwt(signedInOf(reply).access_token));
    expect(new Set(claims.map((c) => c.jti)).size).toBe(4);
    expect(new Set(claims.map((c) => c["sid"])).size).toBe(4);
  });

  test("c.21 an address that is taken is 409", async () => {
    const email = newEmail();
    await program.account(email, newPassword());
    const reply = await program.register(email, newPassword());
    expect(reply.status).toBe(409);
    expect(problemType(reply)).toBe("email-taken");
  });

  test("c.20 an unknown address and a wrong password get the same answer", async () => {
    const email = newEmail();
    await program.account(email, newPassword());
    const wrong = await program.login(email, newPassword());
    const unknown = await program.login(newEmail(), newPassword());
    for (const reply of [wrong, unknown]) {
      expect(reply.status).toBe(401);
      expect(problemType(reply)).toBe("invalid-credentials");
    }
    const withoutId = (p: Problem): Problem => ({ ...p, request_id: "" });
    expect(withoutId(problemOf(wrong))).toEqual(withoutId(problemOf(unknown)));
    expect(Object.keys(wrong.headers).sort()).toEqual(Object.keys(unknown.headers).sort());
    expect(wrong.headers["www-authenticate"]).toBe(unknown.headers["www-authenticate"]);
  });

  test("a deactivated account gets the answer of a wrong password, and its token dies", async () => {
    const email = newEmail();
    const password = newPassword();
    const { access_token } = await program.account(email, password);
    const done = await program.installation.command(["admin", "deactivate", email]);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const reply = await program.login(email, password);
    expect(reply.status).toBe(401);
    expect(problemType(reply)).toBe("invalid-credentials");
    await expect.poll(async () => (await program.me(access_token)).status, { timeout: 1000 }).toBe(401);
  });

  describe("wrong fields: one entry for each", () => {
    const password = "Planted word for field rows";
    test.each<[string, unknown, string[]]>([
      ["nothing", {}, ["/email required", "/password required"]],
      ["no password", { email: "a@example.com" }, ["/password required"]],
      ["no email", { password }, ["/email required"]],
      ["both wrong", { email: "nobody", password: "short" }, ["/email not_an_email", "/password too_short"]],
      ["CVE-2024-0404 AnythingLLM, c.35: is_admin in the body", { email: "b@example.com", password, is_admin: true }, ["/is_admin unknown_member"]],
      [
        "a.29 c.35: everything an account has",
        { email: "c@example.com", password, id: "x", role: "admin", email_verified: true, hashed_password: "x", is_active: false },
        ["/email_verified unknown_member", "/hashed_password unknown_member", "/id unknown_member", "/is_active unknown_member", "/role unknown_member"],
      ],
      ["c.60 __proto__", JSON.parse(`{"email":"d@example.com","password":"${password}","__proto__":{"is_admin":true}}`), ["/__proto__ unknown_member"]],
      ["c.60 constructor", { email: "e@example.com", password, constructor: { prototype: { is_admin: true } } }, ["/constructor unknown_member"]],
      ["a member whose name needs escaping", { email: "f@example.com", password, "a/b~c": 1 }, ["/a~1b~0c unknown_member"]],
      ["the empty name", { email: "f@example.com", password, "": 1 }, ["/ unknown_member"]],
      ["Email in capitals is another member", { Email: "g@example.com", password }, ["/Email unknown_member", "/email required"]],
      ["c.24 NUL in the password", { email: "h@example.com", password: "Planted\0word12" }, ["/password contains_nul"]],
      ["an array", [{ email: "i@example.com", password }], [" wrong_type"]],
      ["a string", "email", [" wrong_type"]],
      ["null", null, [" wrong_type"]],
      ["a number", 7, [" wrong_type"]],
    ])("register: %s", async (_name, json, expected) => {
      const before = await program.installation.query("SELECT count(*) FROM users");
      const reply = await program.send("POST", registerPath, { json });
      expect(reply.status, reply.text).toBe(422);
      expect(problemType(reply)).toBe("invalid-input");
      expect(fieldErrors(reply)).toEqual(expected);
      expect(await program.installation.query("SELECT count(*) FROM users")).toBe(before);
    });

    const wrongTypes: [string, string][] = [
      ["number", "1"],
      ["float", "1.5"],
      ["null", "null"],
      ["true", "true"],
      ["array", '["a@example.com"]'],
      ["object", '{"a":1}'],
      ["nested array", "[[[[[[[[]]]]]]]]"],
    ];
    test.each(["register", "login"].flatMap((route) => wrongTypes.map(([name, text]) => [route, name, text] as const)))(
      "a.40 %s: each field as %s",
      async (route, _name, text) => {
        const reply = await program.send("POST", `/api/v1/auth/${route}`, { body: `{"email":${text},"password":${text}}` });
        expect(reply.status).toBe(422);
        expect(fieldErrors(reply)).toEqual(["/email wrong_type", "/password wrong_type"]);
      },
    );
  });

  describe("the request as a whole", () => {
    const good = (): string => `{"email":"${newEmail()}","password":"${newPassword()}"}`;
    test.each<[string, () => { body: string | Buffer; headers?: Record<string, string> }, number]>([
      ["a.44 email twice", () => ({ body: `{"email":"${newEmail()}",${good().slice(1)}` }), 400],
      ["a.44 email twice, once escaped", () => ({ body: `{"\\u0065mail":"${newEmail()}",${good().slice(1)}` }), 400],
      ["a.44 password twice", () => ({ body: `{"password":"other words here",${good().slice(1)}` }), 400],
      ["1e400", () => ({ body: `{"email":1e400,"password":1e400}` }), 400],
      ["CVE-2026-49443 authentik: an empty body", () => ({ body: "" }), 400],
      ["two bodies", () => ({ body: good() + good() }), 400],
      ["cut short", () => ({ body: good().slice(0, -3) }), 400],
      ["UTF-16", () => ({ body: Buffer.from(good(), "utf16le") }), 400],
      ["a byte order mark", () => ({ body: `\ufeff${good()}` }), 400],
      ["c.27 invalid UTF-8", () => ({ body: Buffer.from(`{"email":"a\xff@example.com","password":"Planted\xc0\xafword"}`, "latin1") }), 400],
      ["c.27 lone surrogate", () => ({ body: `{"email":"a@example.com","password":"Planted \\ud800 word"}` }), 400],
      ["c.58 16,000 brackets", () => ({ body: "[".repeat(16_000) }), 400],
      ["c.58 16,000 brackets, closed again", () => ({ body: "[".repeat(8000) + "]".repeat(8000) }), 400],
      ["c.58 3,000 objects in a member", () => ({ body: `{"email":${'{"a":'.repeat(3000)}` }), 400],
      ["c.58 100,000 brackets", () => ({ body: "[".repeat(100_000) }), 413],
      ["a.53 text/plain", () => ({ body: good(), headers: { "content-type": "text/plain" } }), 415],
      ["a.53 a form", () => ({ body: "email=a%40example.com&password=Planted+word", headers: { "content-type": "application/x-www-form-urlencoded" } }), 415],
      ["a.53 multipart", () => ({ body: good(), headers: { "content-type": "multipart/form-data; boundary=x" } }), 415],
      ["c.55 gzip", () => ({ body: good(), headers: { "content-encoding": "gzip" } }), 415],
      ["another charset", () => ({ body: good(), headers: { "content-type": "application/json; charset=utf-16" } }), 415],
      ["application/json with charset is taken", () => ({ body: good(), headers: { "content-type": "application/JSON; Charset=UTF-8" } }), 201],
      ["white space around is taken", () => ({ body: ` \r\n\t${good()} \n` }), 201],
      ["c.25 a password of 15 kB", () => ({ body: JSON.stringify({ email: newEmail(), password: "x".repeat(15_000) }) }), 422],
      ["c.25 a password of 1 MB", () => ({ body: JSON.stringify({ email: newEmail(), password: "x".repeat(1_000_000) }) }), 413],
      ["a body of exactly 16 KiB", () => ({ body: good().padEnd(16 * 1024) }), 201],
      ["a body of 16 KiB and one byte", () => ({ body: good().padEnd(16 * 1024 + 1) }), 413],
    ])("register: %s", async (_name, make, status) => {
      const { body, headers } = make();
      const reply = await program.send("POST", registerPath, { body, headers, ownConnection: true });
      expect(reply.status, reply.text).toBe(status);
    });
  });
});

describe("who may register", () => {
  test.each<[string, Record<string, string>, [string, number, string][]]>([
    ["closed", { REGISTRATION: "closed" }, [["a@example.com", 403, "registration-closed"]]],
    [
      "allowlist",
      { REGISTRATION: "allowlist", ALLOWED_EMAILS: "Ann@Example.com, bob@example.org" },
      [
        ["ann@example.com", 201, ""],
        ["BOB@EXAMPLE.ORG", 201, ""],
        ["eve@example.com", 403, "registration-not-allowed"],
        ["ann@example.com.evil.example", 403, "registration-not-allowed"],
      ],
    ],
    ["open", { REGISTRATION: "open" }, [["a@example.com", 201, ""]]],
  ])("%s", async (policy, settings, rows) => {
    const program = await Program.start({ settings });
    try {
      for (const [email, status, type] of rows) {
        const reply = await program.register(email, newPassword());
        expect([email, reply.status, problemType(reply)]).toEqual([email, status, type]);
      }
      const told = await program.send("GET", "/api/v1/auth/policy");
      expect(told.json).toEqual({ registration: policy, password_min_length: 8, password_max_length: 128, mail: false, email_verification: "off" });
    } finally {
      await program.stop();
    }
  });

  test("the log says at start that registration is open", async () => {
    const program = await Program.start();
    expect(program.log).toMatch(/registration.*open|open.*registration/i);
    await program.stop();
  });

  test("a closed desk still lets its people log in", async () => {
    const email = newEmail();
    const password = newPassword();
    const first = await Program.start();
    const { installation } = first;
    try {
      await first.account(email, password);
      await first.kill();
      const second = await Program.start({ installation, settings: { REGISTRATION: "closed" } });
      expect((await second.login(email, password)).status).toBe(200);
      await second.stop();
    } finally {
      installation.remove();
    }
  });
});
