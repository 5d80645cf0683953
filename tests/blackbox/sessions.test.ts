/** Sessions from outside: refresh in the cookie and in the body, signing out, lists, and what a thief of a token meets. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemType, refreshCookieOf, signedInOf, type Outgoing, type Reply, type SignedIn } from "./support/client";
import { apiBase } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;

interface Session {
  id: string;
  device: string;
  address: string;
  is_current: boolean;
}

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let email: string;
  let password: string;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    email = newEmail();
    password = newPassword();
    await program.account(email, password);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const post = async (path: string, out: Outgoing = {}): Promise<Reply> => await program.send("POST", `${auth}${path}`, out);
  const logIn = async (headers = {}): Promise<{ cookie: string; token: string; reply: Reply }> => {
    const reply = await post("/login", { json: { email, password }, headers });
    expect(reply.status).toBe(200);
    return { cookie: refreshCookieOf(reply) as string, token: signedInOf(reply).access_token, reply };
  };
  const programLogIn = async (): Promise<SignedIn> =>
    signedInOf(await post("/login", { json: { email, password, refresh_token_in: "body" } }));
  const refreshCookie = async (cookie: string, headers = {}): Promise<Reply> =>
    await post("/refresh", { headers: { cookie: `kontor_refresh=${cookie}`, ...headers } });
  const refreshBody = async (refresh_token: string | undefined): Promise<Reply> => await post("/refresh", { json: { refresh_token } });
  const listed = async (token: string): Promise<Session[]> =>
    ((await program.send("GET", `${auth}/sessions`, { token })).json as { sessions: Session[] }).sessions;

  test("a.51 a browser's refresh token travels in an HttpOnly cookie alone, and rotates", async () => {
    const { cookie, reply } = await logIn();
    expect(reply.headers["set-cookie"]).toHaveLength(2);
    expect(reply.headers["set-cookie"]?.[0]).toMatch(/^kontor_refresh=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(reply.headers["set-cookie"]?.[1]).toMatch(/^kontor_device=v1\.[\w.-]+; Path=\/; Max-Age=15552000; HttpOnly; SameSite=Strict$/);
    expect(reply.text).not.toContain("refresh_token");
    const next = await refreshCookie(cookie);
    expect(next.status).toBe(200);
    const successor = refreshCookieOf(next) as string;
    expect(successor).not.toBe(cookie);
    expect((await program.me(signedInOf(next).access_token)).status).toBe(200);
    expect((await refreshCookie(successor)).status).toBe(200);
  });

  test("a program asks for its refresh token in the body, and gets no cookie", async () => {
    const reply = await post("/login", { json: { email, password, refresh_token_in: "body" } });
    expect(reply.headers["set-cookie"]).toBeUndefined();
    const next = await refreshBody(signedInOf(reply).refresh_token);
    expect(next.status).toBe(200);
    expect(next.headers["set-cookie"]).toBeUndefined();
    expect((await refreshBody(signedInOf(next).refresh_token)).status).toBe(200);
  });

  test("c.17 Keycloak CVE-2026-1035, better-auth GHSA-392p-2q2v-4372: 100 parallel refreshes, one successor, nobody signed out", async () => {
    const { cookie, token } = await logIn();
    const replies = await Promise.all(Array.from({ length: 100 }, async () => await refreshCookie(cookie)));
    expect(replies.every((reply) => reply.status === 200)).toBe(true);
    const successors = new Set(replies.map(refreshCookieOf));
    expect(successors.size).toBe(1);
    expect((await listed(token)).length).toBe(2);
    expect(await installation.query("SELECT count(*) FROM refresh_tokens WHERE spent_at IS NULL")).toBe("2");
    expect((await refreshCookie([...successors][0] as string)).status).toBe(200);
  });

  test("b.14 c.16 Keycloak CVE-2026-9802: the grace and the end of a family hold across kill -9 and restart", async () => {
    const first = await programLogIn();
    const second = signedInOf(await refreshBody(first.refresh_token));
    await program.kill();
    program = await Program.start({ installation });
    // A tab that never got the answer, because the server died: the same successor.
    const again = await refreshBody(first.refresh_token);
    expect(again.status).toBe(200);
    expect(signedInOf(again).refresh_token).toBe(second.refresh_token);

    const thief = await programLogIn();
    await refreshBody(thief.refresh_token);
    await installation.query("UPDATE refresh_tokens SET spent_at = spent_at - 11000000 WHERE spent_at IS NOT NULL");
    expect(problemType(await refreshBody(thief.refresh_token))).toBe("session-ended");
    await program.kill();
    program = await Program.start({ installation });
    expect(problemType(await refreshBody(thief.refresh_token))).toBe("session-ended");
    expect((await program.me(thief.access_token)).status).toBe(401);
    expect(await installation.query("SELECT count(*) FROM audit_log WHERE action = 'refresh.reused'")).toBe("1");
  });

  test("a.53 a page of another origin cannot use the cookie", async () => {
    const { cookie } = await logIn();
    for (const headers of [
      { origin: "https://evil.example.com" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const refused = await refreshCookie(cookie, headers);
      expect(refused.status).toBe(403);
      expect(problemType(refused)).toBe("origin-not-allowed");
      expect((await post("/logout", { headers: { cookie: `kontor_refresh=${cookie}`, ...headers } })).status).toBe(403);
    }
    expect((await refreshCookie(cookie, { origin: program.origin, host: `127.0.0.1:${program.port}` })).status).toBe(200);
  });

  test("a.20 signing out ends the access and the refresh token at once, with whatever proof of the session came along", async () => {
    const byCookie = await logIn();
    const gone = await post("/logout", { headers: { cookie: `kontor_refresh=${byCookie.cookie}` } });
    expect(gone.status).toBe(204);
    expect(refreshCookieOf(gone)).toBe("");
    expect((await program.me(byCookie.token)).status).toBe(401);
    expect((await refreshCookie(byCookie.cookie)).status).toBe(401);

    const byBearer = await programLogIn();
    expect((await post("/logout", { token: byBearer.access_token })).status).toBe(204);
    expect((await program.me(byBearer.access_token)).status).toBe(401);
    expect((await refreshBody(byBearer.refresh_token)).status).toBe(401);

    const byBody = await programLogIn();
    expect((await post("/logout", { json: { refresh_token: byBody.refresh_token } })).status).toBe(204);
    expect((await program.me(byBody.access_token)).status).toBe(401);

    // Who is not signed in is signed out.
    for (const out of [{}, { token: byBody.access_token }, { json: { refresh_token: "unknown" } }, { headers: { cookie: "kontor_refresh=x" } }]) {
      expect((await post("/logout", out)).status).toBe(204);
    }
  });

  test("a.22 authentik CVE-2025-29928: a session says where it is, and is ended by its owner alone", async () => {
    const firefox = await logIn({ "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" });
    const other = await logIn({ "user-agent": "<script>alert(1)</script>" });
    const sessions = await listed(firefox.token);
    expect(sessions.map((s) => s.device)).toEqual(["Unknown device", "Firefox on Linux", expect.any(String)]);
    expect(sessions.map((s) => s.is_current)).toEqual([false, true, false]);
    expect(sessions.every((s) => s.address === "127.0.0.1")).toBe(true);

    const stranger = (await program.account(newEmail(), newPassword())).access_token;
    const end = async (token: string, id: string): Promise<number> => (await program.send("DELETE", `${auth}/sessions/${id}`, { token })).status;
    const target = sessions[0]?.id as string;
    expect(await end(stranger, target)).toBe(404);
    expect((await program.me(other.token)).status).toBe(200);
    expect(await end(firefox.token, target)).toBe(204);
    expect(await end(firefox.token, target)).toBe(404);
    expect((await program.me(other.token)).status).toBe(401);
    expect((await refreshCookie(other.cookie)).status).toBe(401);
    for (const id of ["x", "00000000-0000-4000-8000-000000000000", "..%2f..", `${target}0`]) expect(await end(firefox.token, id)).toBe(404);
  });

  test("a.20 signing out everywhere, and everywhere else", async () => {
    const here = await logIn();
    const there = await logIn();
    expect((await post("/logout-all", { token: here.token, json: { except_current: true } })).status).toBe(204);
    expect((await program.me(there.token)).status).toBe(401);
    expect((await program.me(here.token)).status).toBe(200);
    expect((await refreshCookie(here.cookie)).status).toBe(200);
    expect((await post("/logout-all", { token: here.token })).status).toBe(204);
    expect((await program.me(here.token)).status).toBe(401);
    expect((await refreshCookie(there.cookie)).status).toBe(401);
  });

  test("a.2 a.22 c.34 a password is changed with the current one only, and ends the other sessions", async () => {
    const here = await logIn();
    const there = await logIn();
    const renewed = newPassword();
    const change = async (json: unknown): Promise<Reply> => await post("/password", { token: here.token, json });
    expect((await change({ new_password: renewed })).status).toBe(422);
    const wrong = await change({ current_password: newPassword(), new_password: renewed });
    expect(wrong.status).toBe(403);
    expect(problemType(wrong)).toBe("wrong-password");
    expect((await program.me(there.token)).status).toBe(200);
    const changed = await change({ current_password: password, new_password: renewed });
    expect(changed.status).toBe(200);
    expect((await program.me(signedInOf(changed).access_token)).status).toBe(200);
    expect((await program.me(here.token)).status).toBe(401);
    expect((await program.me(there.token)).status).toBe(401);
    expect((await refreshCookie(there.cookie)).status).toBe(401);
    expect((await refreshCookie(here.cookie)).status).toBe(200);
    expect((await program.login(email, password)).status).toBe(401);
    expect((await program.login(email, renewed)).status).toBe(200);
  });

  test("of parallel changes with the same current password one holds, and only that one is answered with success", async () => {
    const here = await logIn();
    const wanted = [newPassword(), newPassword(), newPassword()];
    const replies = await Promise.all(
      wanted.map(async (to) => await post("/password", { token: here.token, json: { current_password: password, new_password: to } })),
    );
    const losers = replies.filter((reply) => reply.status !== 200);
    expect(losers).toHaveLength(2);
    // Who comes after the change instead of beside it has a token of before it.
    for (const reply of losers) expect(["wrong-password", "invalid-token"], reply.text).toContain(problemType(reply));
    for (const [i, to] of wanted.entries()) expect((await program.login(email, to)).status === 200).toBe(replies[i]?.status === 200);
  });

  test("what is left of a session that is over, a device and an address, goes by itself", async () => {
    await logIn();
    const kept = await logIn();
    const mine = (await listed(kept.token)).find((each) => each.is_current)?.id;
    const count = async (): Promise<string> => await installation.query("SELECT COUNT(*) FROM sessions");
    expect(Number(await count())).toBeGreaterThan(1);
    await program.stop();
    await installation.query(`UPDATE sessions SET idle_expires_at = created_at WHERE id <> '${mine}'`);
    program = await Program.start({ installation });
    await until("it is gone", async () => (await count()) === "1");
    expect((await refreshCookie(kept.cookie)).status).toBe(200);
  });

  test("a.46 no token stands in the log or in the database", async () => {
    const { cookie } = await logIn();
    await refreshCookie(cookie);
    const body = await programLogIn();
    await refreshBody(body.refresh_token);
    await refreshBody("a token that nobody has");
    // Stopping looks through the log and every file for what was ever a secret.
    await program.stop();
    program = await Program.start({ installation });
  });
});
