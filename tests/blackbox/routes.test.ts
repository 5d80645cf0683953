/** The program's table of routes is the contract, and what is not public needs a token. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerAdmin } from "./support/administration";
import { problemType, type Outgoing } from "./support/client";
import { apiBase, contractRoutes, filledPath } from "./support/contract";
import { newEmail } from "./support/environment";
import { Program } from "./support/program";
import { programRoutes } from "./support/routes";
import { newPassword } from "./support/secrets";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

test("a.27 the same routes, with the same access", async () => {
  const ours = (await programRoutes(program)).map((r) => `${r.method} ${r.path} ${r.access === "anyone" ? "public" : "token"}`);
  const written = contractRoutes.map((r) => `${r.method} ${r.path} ${r.isPublic ? "public" : "token"}`);
  expect(ours.sort()).toEqual(written.sort());
});

test("the same personal tokens are accepted as the contract says, and never where something but a conversation or a chart is changed", async () => {
  const rows = await programRoutes(program);
  const ours = rows.flatMap((r) => (r.tokenScope === undefined ? [] : [`${r.method} ${r.path} ${r.tokenScope}`]));
  const written = contractRoutes.flatMap((r) => {
    const scope = r.operation["x-token-scope"];
    return scope === undefined ? [] : [`${r.method} ${r.path} ${scope}`];
  });
  expect(ours.sort()).toEqual(written.sort());
  const writes = ["chat:write", "charts:write"];
  // A body too large for an address, and nothing is changed.
  const isQuestion = (path: string): boolean => path === `${apiBase}/market/verify`;
  expect(rows.filter((r) => r.tokenScope !== undefined && !writes.includes(r.tokenScope) && r.method !== "GET" && !isQuestion(r.path))).toEqual([]);
  expect(rows.filter((r) => r.tokenScope === "chat:write" && !r.path.startsWith(`${apiBase}/chat/`))).toEqual([]);
  expect(rows.filter((r) => r.tokenScope === "charts:write" && !/^(charts|layouts|favourites)\b/.test(r.path.slice(apiBase.length + 1)))).toEqual([]);
});

test("AnythingLLM CVE-2024-3033, OpenBao CVE-2025-52894: without a token every route that is not public answers 401", async () => {
  const guarded = (await programRoutes(program)).filter((r) => r.access !== "anyone");
  expect(guarded.length).toBeGreaterThan(0);
  for (const { method, path, isOnMachine } of guarded) {
    const target = filledPath(path);
    // We are on the machine; metrics.test.ts has what others get.
    for (const headers of [...(isOnMachine ? [] : [{}]), { authorization: "Bearer x" }, { authorization: "Basic eDp5" }]) {
      const reply = await program.send(method, target, { headers });
      expect(reply.status, `${method} ${target}`).toBe(401);
      expect(["unauthenticated", "invalid-token"]).toContain(problemType(reply));
    }
  }
});

test("every route answers OPTIONS with its method, so none is hidden behind the page fallback", async () => {
  for (const { method, path } of contractRoutes) {
    const reply = await program.send("OPTIONS", filledPath(path));
    expect(reply.status, path).toBe(204);
    expect((reply.headers.allow ?? "").split(/,\s*/)).toContain(method);
  }
});

test("a.44 a.53 every POST and PATCH route that takes a body refuses an absent, a wrongly typed and a cut one", async () => {
  const admin = (await registerAdmin(program)).token;
  const takesBody = contractRoutes.filter((r) => ["POST", "PATCH"].includes(r.method) && r.operation.requestBody !== undefined);
  for (const { method, path, isPublic, operation } of takesBody) {
    const member = isPublic ? undefined : (await program.account(newEmail(), newPassword())).access_token;
    const token = path.startsWith(`${apiBase}/admin/`) ? admin : member;
    const send = async (out: Outgoing): Promise<number> => (await program.send(method, filledPath(path), { token, ...out })).status;
    if (operation.requestBody?.required === true) {
      expect(await send({}), path).toBeGreaterThanOrEqual(400);
      expect(await send({ body: "" }), path).toBe(400);
      expect(await send({ json: {} }), path).toBe(422);
    }
    expect(await send({ body: "{" }), path).toBe(400);
    expect(await send({ json: [] }), path).toBe(422);
    expect(await send({ json: { nobody: "asked for this" } }), path).toBe(422);
    expect(await send({ body: "{}", headers: { "content-type": "text/plain" } }), path).toBe(415);
  }
});

test("b.13 everything under the API says no-store, except the description itself", async () => {
  for (const { method, path } of contractRoutes.filter((r) => r.path.startsWith(apiBase) && !r.path.endsWith("openapi.json"))) {
    const reply = await program.send(method, filledPath(path), method === "POST" ? { json: {} } : {});
    expect([path, reply.headers["cache-control"]]).toEqual([path, "no-store"]);
  }
});
