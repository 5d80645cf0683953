/** The audit log from outside: what is written down about an account, and who may read it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refreshCookieOf, signedInOf, type Outgoing, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { newMember } from "./support/people";
import { Program } from "./support/program";
import { newPassword } from "./support/secrets";

const auth = `${apiBase}/auth`;

interface Event {
  id: string;
  action: string;
  outcome: string;
  address: string;
  at: string;
  by: string;
}

describe.each(wantedDatabases)("on %s", (database) => {
  let program: Program;
  beforeEach(async () => {
    program = await Program.start({ database });
  });
  afterEach(async () => {
    await program.stop();
  });
  const post = async (path: string, out: Outgoing): Promise<Reply> => await program.send("POST", `${auth}${path}`, out);
  const page = async (token: string, query = ""): Promise<{ events: Event[]; next_cursor?: string }> => {
    const reply = await program.send("GET", `${auth}/timeline${query}`, { token });
    expect(reply.status, reply.text).toBe(200);
    return reply.json as { events: Event[]; next_cursor?: string };
  };

  test("a.45 a.47 each act leaves one entry: when, who, from where, with what result, in which request", async () => {
    const ann = await newMember(program);
    // Each act: what it is called, and how it is done.
    const acts: [string, () => Promise<Reply>][] = [
      ["login.succeeded", async () => await program.login(ann.email, ann.password)],
      [
        "session.ended",
        async () => await post("/logout", { token: signedInOf(await program.login(ann.email, ann.password)).access_token }),
      ],
      ["sessions.ended_all", async () => await post("/logout-all", { token: ann.token, json: { except_current: true } })],
      ["password.changed", async () => await post("/password", { token: ann.token, json: { current_password: ann.password, new_password: newPassword() } })],
    ];
    let token = ann.token;
    for (const [action, act] of acts) {
      const before = (await page(token, "?limit=100")).events.filter((event) => event.action === action).length;
      const began = Date.now();
      const reply = await act();
      expect(reply.status, reply.text).toBeLessThan(300);
      if (action === "password.changed") token = signedInOf(reply).access_token;
      const found = (await page(token, "?limit=100")).events.filter((event) => event.action === action);
      expect(found.length, action).toBe(before + 1);
      const [newest] = found as [Event];
      expect(newest).toMatchObject({ outcome: "ok", address: "127.0.0.1", by: "you" });
      expect(newest.at).toMatch(/Z$/);
      expect(Date.parse(newest.at)).toBeGreaterThanOrEqual(began - 5);
      const stored = await program.installation.query(`SELECT owner_id, actor_id, request_id FROM audit_log WHERE seq = ${newest.id}`);
      expect(stored).toBe(`${ann.id}|${ann.id}|${String(reply.headers["x-request-id"])}`);
    }
    expect((await page(token, "?limit=100")).events.at(-1)?.action).toBe("account.registered");
  });

  test("a.47 a refresh token that is used again is written down", async () => {
    const ann = await newMember(program);
    const cookie = refreshCookieOf(await program.login(ann.email, ann.password)) as string;
    const refresh = async (): Promise<number> => (await post("/refresh", { headers: { cookie: `kontor_refresh=${cookie}` } })).status;
    expect(await refresh()).toBe(200);
    await program.installation.query("UPDATE refresh_tokens SET spent_at = spent_at - 11000000 WHERE spent_at IS NOT NULL");
    expect(await refresh()).toBe(401);
    const counted = async (action: string): Promise<string> =>
      await program.installation.query(`SELECT count(*) FROM audit_log WHERE action = '${action}' AND owner_id = '${ann.id}'`);
    expect(await counted("refresh.reused")).toBe("1");
  });

  test("pages follow each other without a gap, newest first, and end", async () => {
    const ann = await newMember(program);
    for (let i = 0; i < 6; i += 1) await program.login(ann.email, ann.password);
    const all = (await page(ann.token, "?limit=100")).events.map((event) => event.id);
    expect(all.length).toBe(7);
    const walked: string[] = [];
    let query = "?limit=2";
    for (let pages = 0; pages < 10; pages += 1) {
      const { events, next_cursor } = await page(ann.token, query);
      walked.push(...events.map((event) => event.id));
      if (next_cursor === undefined) break;
      query = `?limit=2&cursor=${next_cursor}`;
    }
    expect(walked).toEqual(all);
    expect([...walked].sort((a, b) => Number(b) - Number(a))).toEqual(walked);
  });
});
