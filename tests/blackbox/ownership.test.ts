/**
 * Two users and every route: what belongs to one is not found by the other. The routes come from the program and the contract; one
 * without its row in support/things.ts fails.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Problem, Reply } from "./support/client";
import { filledPath } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { newAdmin, newMember, type Person } from "./support/people";
import { Program } from "./support/program";
import { bodyRoutes, goodBody, programRoutes, type ProgramRoute } from "./support/routes";
import { isPaged, itemsOf, listOf, listRoutes, lists, ownIdsUnder, parametersOf, things, wholeListOf, type OwnedThing } from "./support/things";

/** Rows may be written before their routes. */
const rowsMayWait = false;

const withId = (route: ProgramRoute): boolean => route.path.includes("{");

const listPaths = listRoutes.map((route) => route.path);

describe.each(wantedDatabases)("on %s", (database) => {
  let program: Program;
  let routes: ProgramRoute[];
  let ann: Person;
  let bob: Person;
  let root: Person;
  beforeAll(async () => {
    program = await Program.start({ database });
    routes = await programRoutes(program);
    [ann, bob, root] = [await newMember(program), await newMember(program), await newAdmin(program)];
  });
  afterAll(async () => {
    await program.stop();
  });

  const unknownId = "00000000-0000-4000-8000-000000000000";

  /** Asks for the id in every method the program has, with the body the route wants. */
  const ask = async (method: string, path: string, id: string, token: string): Promise<Reply> => {
    const wanted = bodyRoutes.find((route) => route.method === method && route.path === path);
    const json = wanted === undefined ? undefined : goodBody(wanted);
    return await program.send(method, path.replace(/\{[^}]*\}/, id).replaceAll(/\{[^}]*\}/g, unknownId), { token, json });
  };

  /** All of an answer that may differ between two ids, and must not. */
  const shapeOf = (reply: Reply): unknown => {
    const { request_id: _, ...body } = (reply.json ?? {}) as Problem;
    return { status: reply.status, body, fields: Object.keys(reply.headers).sort(), challenge: reply.headers["www-authenticate"], length: reply.text.length };
  };

  test("every route with an id has its row, and every list", () => {
    const paths = routes.filter(withId).map((route) => route.path);
    expect(paths.filter((path) => ownIdsUnder(path) === undefined)).toEqual([]);
    const own = listPaths.filter((path) => routes.some((r) => r.path === path && r.access !== "admin"));
    expect(own.filter((path) => !(path in lists))).toEqual([]);
    expect(own.length).toBeGreaterThan(0);
    if (rowsMayWait) return;
    expect(Object.keys(things).filter((start) => !paths.some((path) => path.startsWith(start)))).toEqual([]);
    expect(Object.keys(lists).filter((path) => !own.includes(path))).toEqual([]);
  });

  test("c.37 c.38 a.28 better-auth GHSA-4vcf-q4xf-f48m, Open WebUI CVE-2026-45349: an id of somebody else is an unknown id, in every method, both ways", async () => {
    const paths = [...new Set(routes.filter(withId).map((route) => route.path))];
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) {
      const thing = ownIdsUnder(path) as OwnedThing;
      for (const [owner, stranger] of [[ann, bob], [bob, ann], [ann, root]] as const) {
        const id = await thing.make(program, owner);
        const before = await thing.look(program, owner, id);
        for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) {
          const route = routes.find((each) => each.method === (method === "HEAD" ? "GET" : method) && each.path === path);
          // An administrator may reach an account; what is refused there is for the tests of administrators.
          if (route?.access === "admin" && stranger === root) continue;
          const foreign = await ask(method, path, id, stranger.token);
          const unknown = await ask(method, path, unknownId, stranger.token);
          const named = `${method} ${path}`;
          if (route === undefined) expect([404, 405], named).toContain(foreign.status);
          else expect(foreign.status, `${named}: ${foreign.text}`).toBe(route.access === "admin" ? 403 : 404);
          expect(shapeOf(foreign), named).toEqual(shapeOf(unknown));
          expect(await thing.look(program, owner, id), named).toEqual(before);
        }
      }
    }
  });

  test("c.37 an id of the wrong form is not found, and never a fault", async () => {
    const odd = ["x", "%00", "..%2f..", "%2e%2e", "' OR 1=1--", "null", "*", "%25", "9".repeat(400), ann.id.toUpperCase(), `${ann.id}0`, `{${ann.id}}`, "%ff"];
    for (const { method, path } of routes.filter(withId)) {
      for (const id of odd) {
        const reply = await ask(method, path, encodeURI(id).replaceAll("%25", "%"), root.token);
        expect([400, 404], `${method} ${path} with ${id}: ${reply.status}`).toContain(reply.status);
      }
    }
  });

  /** Values by which a list might be asked for the things of somebody else, or for all. */
  const filters = (whose: Person): string[] => [
    "", "null", "*", "%25", "%00", "%ff", "[]", "{}", "0", "-1", "true", "9".repeat(400), "9223372036854775808", "%27%20OR%201%3D1--", whose.id, whose.email,
  ];
  const namesFor = (path: string): string[] => {
    return [...new Set([...parametersOf(path), "user_id", "user", "owner", "owner_id", "account", "email", "id", "q", "filter", "state", "all", "session_id", "sub", "limit", "cursor"])];
  };

  test.each(listPaths)("Zitadel CVE-2024-39683, c.40: %s shows nobody else's, whatever the filters say", async (path) => {
    const isForAdmins = routes.some((route) => route.path === path && route.access === "admin");
    const fill = lists[path];
    if (fill !== undefined) for (let i = 0; i < 3; i += 1) await fill(program, ann);
    const marks = [ann.id, ann.email, ...(isForAdmins ? [] : (await listOf(program, path, ann.token)).map((each) => `"${each.id}"`))];
    const shown = new Set<string>();
    for (const name of namesFor(path)) {
      for (const value of filters(ann)) {
        const asked = `${path}?${name}=${value}`;
        const reply = await program.send("GET", asked, { token: bob.token });
        if (isForAdmins) expect(reply.status, asked).toBe(403);
        else expect([200, 400, 422], `${asked}: ${reply.text}`).toContain(reply.status);
        for (const mark of marks) expect(reply.text, asked).not.toContain(mark);
        if (reply.status === 200) itemsOf(reply).forEach((each) => shown.add(each.id));
      }
    }
    if (isForAdmins) return;
    const own = (await wholeListOf(program, path, bob.token)).map((each) => each.id);
    expect([...shown].filter((id) => !own.includes(id))).toEqual([]);
    // What somebody else does is not counted.
    await fill?.(program, ann);
    expect((await wholeListOf(program, path, bob.token)).length).toBe(own.length);
  });

  test("Kratos GHSA-hgx2-28f8-6g2r: a cursor of somebody else, or one that was changed, leads to nothing foreign", async () => {
    const paged = listPaths.filter((path) => path in lists && isPaged(path));
    expect(paged.length).toBeGreaterThan(0);
    for (const path of paged) {
      await lists[path]?.(program, ann);
      const first = await program.send("GET", `${path}?limit=1`, { token: ann.token });
      const { next_cursor } = first.json as { next_cursor?: string };
      if (next_cursor === undefined) throw new Error(`${path} has no second page`);
      const foreign = (await wholeListOf(program, path, ann.token)).map((each) => `"${each.id}"`);
      const changed = Array.from(next_cursor, (letter, i) => next_cursor.slice(0, i) + (letter === "1" ? "2" : "1") + next_cursor.slice(i + 1));
      for (const cursor of [next_cursor, ...changed, `${next_cursor}0`, next_cursor.slice(1), `-${next_cursor}`, `${next_cursor}%20OR%201=1`, "%27", "AAAA", "eyJpZCI6MX0"]) {
        const reply = await program.send("GET", `${path}?limit=100&cursor=${cursor}`, { token: bob.token });
        expect([200, 422], `${path}?cursor=${cursor}: ${reply.text}`).toContain(reply.status);
        for (const id of foreign) expect(reply.text).not.toContain(id);
      }
    }
  });

  test("c.37 no route that reads listens to somebody else's id in the query", async () => {
    const reading = routes.filter((route) => route.method === "GET" && route.access === "signed_in");
    for (const { path } of reading) {
      const query = ["user_id", "id", "owner", "sub"].map((name) => `${name}=${ann.id}`).join("&");
      const reply = await program.send("GET", `${filledPath(path)}?${query}&email=${encodeURIComponent(ann.email)}`, { token: bob.token });
      expect(reply.status, path).toBeLessThan(500);
      expect(reply.text, path).not.toContain(ann.id);
      expect(reply.text, path).not.toContain(ann.email);
    }
  });

  test("c.37 better-auth CVE-2025-61928: no route that writes listens to somebody else's id in the query or in a field", async () => {
    const lasting = listPaths.filter((path) => path in lists);
    const all = async (): Promise<unknown> => [
      await program.installation.query(`SELECT * FROM users WHERE id = '${ann.id}'`),
      (await program.me(ann.token)).json,
      ...(await Promise.all(lasting.map(async (path) => (await wholeListOf(program, path, ann.token)).map((each) => each.id)))),
    ];
    const before = await all();
    const query = ["user_id", "id", "owner", "owner_id", "sub"].map((name) => `${name}=${ann.id}`).join("&");
    const headers = { "x-user-id": ann.id, "x-forwarded-user": ann.email, "remote-user": ann.email, "x-session-id": ann.id };
    for (const { method, path } of routes.filter((route) => route.method !== "GET" && route.access === "signed_in")) {
      // What is done here is really done, so each time by somebody else.
      const somebody = await newMember(program);
      const wanted = bodyRoutes.find((route) => route.method === method && route.path === path);
      const json = wanted === undefined ? undefined : goodBody(wanted);
      const reply = await program.send(method, `${filledPath(path)}?${query}`, { token: somebody.token, headers, json });
      expect(reply.status, `${method} ${path}: ${reply.text}`).toBeLessThan(500);
      expect(reply.text, `${method} ${path}`).not.toContain(ann.id);
      expect(await all(), `${method} ${path}`).toEqual(before);
    }
  });
});
