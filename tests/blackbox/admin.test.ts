/** Accounts in the hands of administrators: who may, what a list tells, what each act ends, and what is written down. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditPath, policyPath, register, registerAdmin, tokenOfLink, usersPath, type AdminUser, type AuditEvent, type Person } from "./support/administration";
import { fieldErrors, problemType, signedInOf, type Outgoing, type Reply } from "./support/client";
import { apiBase, contractRoutes, filledPath } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

const unknownId = "00000000-0000-4000-8000-000000000000";

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let root: Person;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    root = await registerAdmin(program);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const get = async (path: string, token = root.token): Promise<Reply> => await program.send("GET", path, { token });
  const post = async (path: string, out: Outgoing = {}): Promise<Reply> => await program.send("POST", path, { token: root.token, ...out });
  const patch = async (id: string, json: unknown, token = root.token): Promise<Reply> =>
    await program.send("PATCH", `${usersPath}/${id}`, { token, json });
  const listed = async (query = ""): Promise<{ users: AdminUser[]; next_cursor?: string }> => {
    const reply = await get(`${usersPath}${query}`);
    expect(reply.status, query).toBe(200);
    return reply.json as { users: AdminUser[]; next_cursor?: string };
  };
  const emails = async (query: string): Promise<string[]> => (await listed(query)).users.map((u) => u.email);
  const events = async (query = ""): Promise<AuditEvent[]> => {
    const reply = await get(`${auditPath}${query}`);
    expect(reply.status, query).toBe(200);
    return (reply.json as { events: AuditEvent[] }).events;
  };

  test("a.27 authentik CVE-2024-42490: every administrator's route refuses members and strangers", async () => {
    const said = await installation.command(["routes"]);
    const rows = said.stdout
      .trim()
      .split("\n")
      // What the machine itself may read, too, is there for nobody else (metrics.test.ts).
      .filter((line) => !line.endsWith(" on-machine"))
      .map((line) => line.split(" ") as [string, string, string])
      .filter(([, , access]) => access === "admin")
      .map(([method, path]) => `${method} ${path.replaceAll(/\{([a-z_]+):[a-z]+\}/g, "{$1}")}`);
    // Whatever the contract has below /admin is one of them, and nothing else is.
    const written = contractRoutes.filter((r) => r.path.startsWith(`${apiBase}/admin/`)).map((r) => `${r.method} ${r.path}`);
    expect(rows.sort()).toEqual(written.sort());
    expect(rows.length).toBeGreaterThanOrEqual(10);

    const member = await register(program);
    for (const row of rows) {
      const [method = "", path = ""] = row.split(" ");
      for (const target of [filledPath(path), path.replace("{id}", root.id), path.replace("{id}", member.id)]) {
        const bodies: Outgoing[] = method === "GET" || method === "DELETE" ? [{}] : [{}, { json: { is_admin: true } }, { body: "{" }];
        for (const body of bodies) {
          const refused = await program.send(method, target, { token: member.token, ...body });
          expect([row, refused.status]).toEqual([row, 403]);
          expect(problemType(refused)).toBe("forbidden");
          expect((await program.send(method, target, body)).status, row).toBe(401);
        }
      }
    }
    expect((await program.me(member.token)).json).toMatchObject({ is_admin: false, is_active: true });
    expect((await program.me(root.token)).json).toMatchObject({ is_admin: true, is_active: true });
  });

  test("what changes something needs a proof younger than ten minutes, looking needs none", async () => {
    await installation.query("UPDATE sessions SET proved_at = proved_at - 660000000");
    await until("the proof is too old", async () => problemType(await post(`${usersPath}/${unknownId}/end-sessions`)) === "step-up-required");
    for (const { method, path } of contractRoutes.filter((r) => r.path.startsWith(`${apiBase}/admin/`))) {
      const reply = await program.send(method, path.replace("{id}", root.id), { token: root.token });
      const wanted = method === "GET" ? [200, ""] : [403, "step-up-required"];
      expect([method, path, reply.status, problemType(reply)]).toEqual([method, path, ...wanted]);
    }
  });

  test("pages are complete and without doubles while others register", async () => {
    for (let i = 0; i < 9; i += 1) expect((await post(usersPath, { json: { email: `user${i}@x.org` } })).status).toBe(201);
    const seen: string[] = [];
    let query = "?limit=2&q=x.org";
    for (let page = 0; ; page += 1) {
      expect(page).toBeLessThan(30);
      const { users, next_cursor } = await listed(query);
      seen.push(...users.map((u) => u.email));
      if (next_cursor === undefined) break;
      // Behind the place where the reader is.
      expect((await post(usersPath, { json: { email: `a${page}@x.org` } })).status).toBe(201);
      query = `?limit=2&q=x.org&cursor=${next_cursor}`;
    }
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen.filter((email) => email.startsWith("user"))).toHaveLength(9);
  });

  test("a search takes every character for itself, in any letter case", async () => {
    for (const email of ["per_cent@x.org", "perXcent@x.org", "fifty%off@x.org", "plus+tag@x.org"])
      expect((await post(usersPath, { json: { email } })).status).toBe(201);
    const find = async (q: string): Promise<string[]> => await emails(`?q=${encodeURIComponent(q)}`);
    expect(await find("R_C")).toEqual(["per_cent@x.org"]);
    expect(await find("%")).toEqual(["fifty%off@x.org"]);
    expect(await find("PLUS+")).toEqual(["plus+tag@x.org"]);
    expect(await find("  Per_Cent@X.ORG ")).toEqual(["per_cent@x.org"]);
    expect(await find("nobody")).toEqual([]);
    expect(await emails("?state=admin")).toEqual([root.email]);
    expect(await emails("?state=inactive")).toEqual([]);
    const [found] = (await listed(`?q=${encodeURIComponent(root.email)}`)).users;
    expect(found).toMatchObject({ id: root.id, has_password: true, second_factor: false, sessions: 2, is_admin: true });
    expect(found?.last_seen_at).toBeDefined();
  });

  test("Kratos GHSA-hgx2, Zitadel CVE-2024-39683: a forged cursor or a filter that is none is refused, and never means everything", async () => {
    const good = Buffer.from(root.email).toString("base64url");
    expect((await listed(`?cursor=${good}`)).users).toEqual([]);
    const forged = [
      "", "%00", "'", "null", "1", "AA", "_w", "..", `${good}=`, `${good}%20`, "a".repeat(5), Buffer.from("\u0000").toString("base64url"),
      Buffer.from("a\nb").toString("base64url"), Buffer.from("x".repeat(513)).toString("base64url"), Buffer.from([0xc3, 0x28]).toString("base64url"),
    ];
    for (const cursor of forged) expect((await get(`${usersPath}?cursor=${cursor}`)).status, cursor).toBe(422);
    // What has the form of one moves the place in the same list and does nothing else.
    for (const text of ["' OR '1'='1", "'; DROP TABLE users; --", "zzzz", "\u{10ffff}", "%"]) {
      const reply = await get(`${usersPath}?cursor=${Buffer.from(text).toString("base64url")}`);
      expect(reply.status, text).toBe(200);
    }
    for (let i = 0; i < 200; i += 1) {
      const junk = Buffer.from(Array.from({ length: 1 + (i % 40) }, (_, k) => (i * 7919 + k * 104729 + i * k) % 256)).toString("base64url");
      expect([200, 422]).toContain((await get(`${usersPath}?cursor=${junk}`)).status);
    }
    for (const query of ["q=", "q=%20", "q=%00", `q=${"a".repeat(255)}`, "q=%E2%80%8B", "state=", "state=all", "state=admin&state=active", "limit=0", "limit=101", "is_admin=1", "sate=admin"])
      expect((await get(`${usersPath}?${query}`)).status, query).toBe(422);
    for (const query of ["action=", "action=all", "owner=", "owner=*", "owner=null", `owner=${unknownId}&owner=${root.id}`, "actor=%00", "from=", "from=yesterday", "to=1", "cursor=0", "cursor=-1", "onwer=x"])
      expect((await get(`${auditPath}?${query}`)).status, query).toBe(422);
    expect(await events(`?owner=${unknownId}`)).toEqual([]);
  });

  test("an unknown id is not found, whatever is wanted of it", async () => {
    expect((await get(`${usersPath}/${unknownId}`)).status).toBe(404);
    expect((await patch(unknownId, { is_admin: true })).status).toBe(404);
    expect((await post(`${usersPath}/${unknownId}/end-sessions`)).status).toBe(404);
    expect((await post(`${usersPath}/${unknownId}/reset-link`)).status).toBe(404);
    expect((await program.send("DELETE", `${usersPath}/${unknownId}/second-factor`, { token: root.token })).status).toBe(404);
    for (const id of ["me", "..%2f..", "0", `${root.id}0`]) expect((await get(`${usersPath}/${id}`)).status).toBe(404);
  });

  test("a deactivation ends everything within a second, a demotion the right alone", async () => {
    const member = await register(program);
    const second = await registerAdmin(program);
    expect((await get(usersPath, second.token)).status).toBe(200);
    expect((await patch(second.id, { is_admin: false })).json).toMatchObject({ is_admin: false, is_active: true });
    expect((await get(usersPath, second.token)).status).toBe(403);
    expect((await program.me(second.token)).status).toBe(200);

    expect((await program.me(member.token)).status).toBe(200);
    expect((await patch(member.id, { is_active: false })).json).toMatchObject({ is_active: false, sessions: 0 });
    expect((await program.me(member.token)).status).toBe(401);
    expect((await program.login(member.email, member.password)).status).toBe(401);
    expect((await post(`${usersPath}/${member.id}/reset-link`)).status).toBe(409);
    expect((await patch(member.id, { is_active: true, is_admin: true })).json).toMatchObject({ is_active: true, is_admin: true });
    expect((await program.me(member.token)).status).toBe(401);
    expect((await program.login(member.email, member.password)).status).toBe(200);

    for (const [json, faults] of [
      [{}, ["/is_active required"]],
      [{ is_active: null }, ["/is_active required"]],
      [{ is_admin: "yes" }, ["/is_admin wrong_type"]],
      [{ is_admin: true, email: "x@x.org" }, ["/email unknown_member"]],
      [{ is_active: true, password: "x", id: unknownId }, ["/id unknown_member", "/password unknown_member"]],
    ] as const) {
      const refused = await patch(member.id, json);
      expect(refused.status).toBe(422);
      expect(fieldErrors(refused)).toEqual(faults);
    }
  });

  test("the last administrator stays; of two who demote each other at once one is left", async () => {
    for (const json of [{ is_admin: false }, { is_active: false }, { is_admin: false, is_active: false }]) {
      const refused = await patch(root.id, json);
      expect(refused.status).toBe(409);
      expect(problemType(refused)).toBe("last-admin");
    }
    const other = await registerAdmin(program);
    const done = await Promise.all([patch(other.id, { is_admin: false }), patch(root.id, { is_admin: false }, other.token)]);
    const statuses = done.map((d) => d.status).sort();
    expect(statuses[0]).toBe(200);
    expect([403, 409]).toContain(statuses[1]);
    expect(await installation.query("SELECT COUNT(*) FROM users WHERE is_admin = 1 AND is_active = 1")).toBe("1");
  });

  test("a.23 an administrator ends the sessions of one account and of nobody else", async () => {
    const anna = await register(program);
    const bob = await register(program);
    expect((await post(`${usersPath}/${anna.id}/end-sessions`)).status).toBe(204);
    expect((await program.me(anna.token)).status).toBe(401);
    expect((await program.me(bob.token)).status).toBe(200);
    expect((await program.me(root.token)).status).toBe(200);
    expect((await program.login(anna.email, anna.password)).status).toBe(200);
  });

  test("a reset link leaves the password alone until it is used, and never takes its host from a request", async () => {
    const anna = await register(program);
    const made = await post(`${usersPath}/${anna.id}/reset-link`, {
      headers: { host: "evil.example", "x-forwarded-host": "evil.example", forwarded: "host=evil.example", origin: `http://127.0.0.1:${program.port}` },
    });
    expect(made.status).toBe(201);
    const token = tokenOfLink(made);
    expect((made.json as { url: string }).url).toBe(`http://localhost:${program.port}/setup#token=${token}`);
    expect((await program.me(anna.token)).status).toBe(200);
    expect((await program.login(anna.email, anna.password)).status).toBe(200);

    const password = newPassword();
    const claimed = await program.send("POST", `${apiBase}/auth/setup`, { json: { token, password } });
    expect(claimed.status).toBe(200);
    expect((await program.me(anna.token)).status).toBe(401);
    expect((await program.login(anna.email, anna.password)).status).toBe(401);
    expect((await program.login(anna.email, password)).status).toBe(200);
  });

  test("AnythingLLM CVE-2024-0404: an invitation makes what the administrator said, whatever its guest sends", async () => {
    const email = newEmail();
    const made = await post(usersPath, { json: { email: ` ${email.toUpperCase()}` } });
    expect(made.status).toBe(201);
    const { user } = made.json as { user: AdminUser };
    expect(user).toMatchObject({ email: email.toLowerCase(), is_admin: false, is_active: true, has_password: false, sessions: 0 });
    expect(made.headers.location).toBe(`${usersPath}/${user.id}`);
    const { expires_at } = (made.json as { link: { expires_at: string } }).link;
    expect(Math.abs(Date.parse(expires_at) - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000);
    const token = tokenOfLink(made);
    const password = newPassword();
    const claim = async (more: object): Promise<Reply> => await program.send("POST", `${apiBase}/auth/setup`, { json: { token, password, ...more } });
    for (const more of [{ is_admin: true }, { role: "admin" }, { id: root.id }, { email: "x@x.org" }]) expect((await claim(more)).status).toBe(422);
    const claimed = await claim({});
    expect(claimed.status).toBe(200);
    expect(signedInOf(claimed).user).toMatchObject({ id: user.id, is_admin: false });
    const sneaky = await program.send("POST", `${apiBase}/auth/register`, { json: { email: newEmail(), password, is_admin: true } });
    expect(sneaky.status).toBe(422);

    expect(problemType(await post(usersPath, { json: { email } }))).toBe("email-taken");
    expect(fieldErrors(await post(usersPath, { json: { email: "nonsense", is_admin: 1 } }))).toEqual(["/is_admin wrong_type"]);
    expect(fieldErrors(await post(usersPath, { json: { email: "nonsense" } }))).toEqual(["/email not_an_email"]);
    expect(fieldErrors(await post(usersPath, { json: { email: newEmail(), password } }))).toEqual(["/password unknown_member"]);
    const chief = await post(usersPath, { json: { email: newEmail(), is_admin: true } });
    expect((chief.json as { user: AdminUser }).user.is_admin).toBe(true);
    tokenOfLink(chief);
  });

  test("what is done stands in the log: whose account, by whom, from where", async () => {
    const anna = await register(program);
    const act = async (reply: Promise<Reply>): Promise<string> => {
      const done = await reply;
      expect(done.status).toBeLessThan(300);
      return String(done.headers["x-request-id"]);
    };
    const id = await act(patch(anna.id, { is_admin: true }));
    await act(patch(anna.id, { is_admin: true }));
    await act(patch(anna.id, { is_active: false, is_admin: false }));
    await act(patch(anna.id, { is_active: true }));
    await act(post(`${usersPath}/${anna.id}/end-sessions`));
    const link = post(`${usersPath}/${anna.id}/reset-link`);
    await act(link);
    tokenOfLink(await link);
    const about = await events(`?owner=${anna.id}&actor=${root.id}`);
    expect(about.map((e) => e.action)).toEqual(["link.created", "sessions.ended_all", "user.activated", "user.deactivated", "user.demoted", "user.promoted"]);
    expect(about.at(-1)).toMatchObject({
      outcome: "ok", owner: { id: anna.id, email: anna.email }, actor: { id: root.id, email: root.email }, address: "127.0.0.1", request_id: id,
    });
    expect((await events(`?owner=${anna.id}&action=user.promoted`)).map((e) => e.request_id)).toEqual([id]);
    const [newest] = about;
    expect(await events(`?owner=${anna.id}&actor=${root.id}&to=${newest?.at}`)).toHaveLength(5);
    expect(await events(`?owner=${anna.id}&actor=${root.id}&from=${newest?.at}`)).toHaveLength(1);
    const first = await events("?limit=2");
    expect(await events(`?limit=2&cursor=${first[1]?.id}`)).toHaveLength(2);

    // Its owner sees that an administrator did it, and not from where.
    const token = signedInOf(await program.login(anna.email, anna.password)).access_token;
    const timeline = (await program.send("GET", `${apiBase}/auth/timeline`, { token })).json as { events: { action: string; by: string; address: string }[] };
    expect(timeline.events.find((e) => e.action === "user.promoted")).toMatchObject({ by: "administrator", address: "" });
  });

  test("the console is written down too", async () => {
    const anna = await register(program);
    const run = async (...args: string[]): Promise<string> => {
      const done = await installation.command(["admin", ...args]);
      expect(done.code, done.stderr).toBe(0);
      return done.stdout;
    };
    await run("promote", anna.email);
    await run("demote", anna.email);
    await run("deactivate", anna.email);
    await run("activate", anna.email);
    const said = await run("reset-link", anna.email);
    expect(said).toContain("The present password holds until the link is used.");
    tokenOfLink({ status: 0, headers: {}, text: said, json: undefined });
    const again = signedInOf(await program.login(anna.email, anna.password)).access_token;
    expect((await program.me(again)).status).toBe(200);
    expect(await run("end-sessions", anna.email)).toContain("signed out");
    await until("the session is over", async () => (await program.me(again)).status === 401, 1000);
    const refused = await installation.command(["admin", "remove-second-factor", anna.email]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/has no second factor/);
    const written = (await events(`?owner=${anna.id}`)).filter((e) => e.address === "console");
    expect(written.map((e) => e.action)).toEqual(["sessions.ended_all", "link.created", "user.activated", "user.deactivated", "user.demoted", "user.promoted"]);
    expect(written.every((e) => e.actor === undefined)).toBe(true);
  });

  test("OpenBao CVE-2025-62705: the list tells nothing that is secret", async () => {
    const text = [await get(usersPath), await get(`${usersPath}/${root.id}`), await get(auditPath), await get(policyPath)].map((r) => r.text).join();
    // The tokens of this rule are the words that language models count.
    expect(text.replaceAll('"tokens_per_day"', "")).not.toMatch(/hash|epoch|\$2b\$|token/);
  });
});
