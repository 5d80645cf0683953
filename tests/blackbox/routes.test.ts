/** The program's table of routes is the contract, and what is not public needs a token. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemType } from "./support/client";
import { apiBase, contractRoutes } from "./support/contract";
import { Program } from "./support/program";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

interface Row {
  method: string;
  path: string;
  access: string;
}

async function programRoutes(): Promise<Row[]> {
  const said = await program.installation.command(["routes"]);
  expect(said.code).toBe(0);
  return said.stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [method = "", path = "", access = ""] = line.split(" ");
      return { method, path, access };
    });
}

test("a.27 the same routes, with the same access", async () => {
  const ours = (await programRoutes()).map((r) => `${r.method} ${r.path} ${r.access === "anyone" ? "public" : "token"}`);
  const written = contractRoutes.map((r) => `${r.method} ${r.path} ${r.isPublic ? "public" : "token"}`);
  expect(ours.sort()).toEqual(written.sort());
});

test("AnythingLLM CVE-2024-3033, OpenBao CVE-2025-52894: without a token every route that is not public answers 401", async () => {
  const guarded = (await programRoutes()).filter((r) => r.access !== "anyone");
  expect(guarded.length).toBeGreaterThan(0);
  for (const { method, path } of guarded) {
    const target = path.replaceAll(/\{[^}]*\}/g, "00000000-0000-4000-8000-000000000000");
    for (const headers of [{}, { authorization: "Bearer x" }, { authorization: "Basic eDp5" }]) {
      const reply = await program.send(method, target, { headers });
      expect(reply.status, `${method} ${target}`).toBe(401);
      expect(["unauthenticated", "invalid-token"]).toContain(problemType(reply));
    }
  }
});

test("every route answers OPTIONS with its method, so none is hidden behind the page fallback", async () => {
  for (const { method, path } of contractRoutes) {
    const reply = await program.send("OPTIONS", path);
    expect(reply.status, path).toBe(204);
    expect((reply.headers.allow ?? "").split(/,\s*/)).toContain(method);
  }
});

test("a.44 a.53 every POST route refuses an absent, a wrongly typed and a cut body", async () => {
  for (const { method, path } of contractRoutes.filter((r) => r.method === "POST")) {
    expect((await program.send(method, path)).status, path).toBeGreaterThanOrEqual(400);
    expect((await program.send(method, path, { body: "" })).status, path).toBe(400);
    expect((await program.send(method, path, { body: "{" })).status, path).toBe(400);
    expect((await program.send(method, path, { json: {} })).status, path).toBe(422);
    expect((await program.send(method, path, { json: [] })).status, path).toBe(422);
    expect((await program.send(method, path, { body: "{}", headers: { "content-type": "text/plain" } })).status, path).toBe(415);
  }
});

test("b.13 everything under the API says no-store, except the description itself", async () => {
  for (const { method, path } of contractRoutes.filter((r) => r.path.startsWith(apiBase) && !r.path.endsWith("openapi.json"))) {
    const reply = await program.send(method, path, method === "POST" ? { json: {} } : {});
    expect([path, reply.headers["cache-control"]]).toEqual([path, "no-store"]);
  }
});
