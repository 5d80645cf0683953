/** The HTTP manners of the whole program: methods, headers, CORS, ids, pages. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemOf, problemType } from "./support/client";
import { apiBase, contract } from "./support/contract";
import { newEmail } from "./support/environment";
import { Program } from "./support/program";
import { exchange } from "./support/raw";
import { newPassword } from "./support/secrets";

let program: Program;
beforeAll(async () => {
  program = await Program.start({ settings: { CORS_ORIGINS: "https://app.example, http://localhost:5173" } });
});
afterAll(async () => {
  await program.stop();
});

describe("health", () => {
  test.each(["", apiBase])("under '%s'", async (base) => {
    expect((await program.send("GET", `${base}/health`)).json).toMatchObject({ status: "ok", checks: { database: "ok" } });
    expect((await program.send("GET", `${base}/health/live`)).json).toEqual({ status: "alive" });
    expect((await program.send("GET", `${base}/health/ready`)).status).toBe(200);
  });
});

describe("methods", () => {
  test("an unknown path is 404 with a problem", async () => {
    const reply = await program.send("GET", "/api/v1/nothing");
    expect(reply.status).toBe(404);
    expect(problemType(reply)).toBe("not-found");
  });
  test.each<[string, string, string[]]>([
    ["GET", "/api/v1/auth/login", ["POST", "OPTIONS"]],
    ["PUT", "/api/v1/auth/login", ["POST", "OPTIONS"]],
    ["DELETE", "/api/v1/auth/policy", ["GET", "HEAD", "OPTIONS"]],
    ["POST", "/api/v1/auth/me", ["DELETE", "GET", "HEAD", "OPTIONS"]],
    ["PATCH", "/health", ["GET", "HEAD", "OPTIONS"]],
  ])("%s %s is 405 with what is allowed", async (method, path, allowed) => {
    const reply = await program.send(method, path);
    expect(reply.status).toBe(405);
    expect(problemType(reply)).toBe("method-not-allowed");
    expect((reply.headers.allow ?? "").split(/,\s*/).sort()).toEqual([...allowed].sort());
  });
  test("OPTIONS tells what is allowed", async () => {
    const reply = await program.send("OPTIONS", "/api/v1/auth/me");
    expect(reply.status).toBe(204);
    expect((reply.headers.allow ?? "").split(/,\s*/).sort()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS"]);
  });
  test.each(["/health", "/api/v1/health", "/openapi.json", "/api/v1/auth/policy"])("HEAD %s: the fields of GET, no body", async (path) => {
    const get = await program.send("GET", path);
    const head = await program.send("HEAD", path);
    expect(head.status).toBe(get.status);
    expect(head.text).toBe("");
    for (const name of ["content-type", "content-length", "cache-control"]) expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
  });
  test("a HEAD that is refused has no body either, and the connection goes on", async () => {
    const { responses } = await exchange(
      program.port,
      "HEAD /api/v1/auth/me HTTP/1.1\r\nHost: x\r\n\r\nHEAD /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    expect(responses.map((r) => [r.status, r.body])).toEqual([
      [401, ""],
      [404, ""],
    ]);
  });
});

describe("a.52 a.54 a.56 fields of every answer", () => {
  test.each<[string, string, string, number]>([
    ["a page of JSON", "GET", "/health", 200],
    ["a refusal", "GET", "/api/v1/auth/me", 401],
    ["not found", "GET", "/api/v1/nothing", 404],
    ["wrong method", "PUT", "/health", 405],
  ])("%s", async (_name, method, path, status) => {
    const { status: got, headers } = await program.send(method, path);
    expect(got).toBe(status);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toMatch(/^(no-referrer|same-origin|strict-origin)/);
    expect(headers["content-security-policy"]).toMatch(/default-src 'none'|default-src 'self'/);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/unsafe-(inline|eval)/);
    expect(headers["content-type"]).toMatch(/^application\/(problem\+)?json; charset=utf-8$/);
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers.date).toMatch(/ GMT$/);
    expect(headers.server ?? "").not.toMatch(/\d/);
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  test("errors found before routing look the same", async () => {
    const { responses } = await exchange(program.port, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    const headers = responses[0]?.headers ?? {};
    expect(headers["content-type"]).toEqual(["application/problem+json; charset=utf-8"]);
    expect(headers["x-content-type-options"]).toEqual(["nosniff"]);
    expect(headers["x-request-id"]).toHaveLength(1);
    expect(JSON.parse(responses[0]?.body ?? "")).toMatchObject({ type: "urn:kontor:problem:malformed", status: 400 });
  });
});

describe("request ids", () => {
  test("each answer has its own, also in the problem", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, async () => await program.me()));
    const ids = replies.map((r) => r.headers["x-request-id"]);
    expect(new Set(ids).size).toBe(20);
    for (const reply of replies) expect(problemOf(reply).request_id).toBe(reply.headers["x-request-id"]);
  });
  test("a client's own is not taken over", async () => {
    const reply = await program.send("GET", "/health", { headers: { "x-request-id": "chosen-by-a-stranger" } });
    expect(reply.headers["x-request-id"]).not.toBe("chosen-by-a-stranger");
  });
  test("it stands in the log", async () => {
    const reply = await program.me();
    await expect.poll(() => program.log).toContain(String(reply.headers["x-request-id"]));
  });
});

describe("CORS", () => {
  const cors = ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods", "access-control-allow-headers"];
  test.each(["https://app.example", "http://localhost:5173"])("a listed origin: %s", async (origin) => {
    const reply = await program.send("GET", "/api/v1/auth/policy", { headers: { origin } });
    expect(reply.headers["access-control-allow-origin"]).toBe(origin);
    expect(reply.headers.vary ?? "").toMatch(/origin/i);
    const preflight = await program.send("OPTIONS", "/api/v1/auth/login", {
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-origin"]).toBe(origin);
    expect(preflight.headers["access-control-allow-methods"]).toContain("POST");
    expect(preflight.headers["access-control-allow-headers"]?.toLowerCase()).toMatch(/authorization.*content-type|content-type.*authorization/);
  });
  test.each([
    "https://evil.example",
    "https://app.example.evil.example",
    "https://app.example:8443",
    "http://app.example",
    "https://sub.app.example",
    "null",
    "",
    "https://app.example/",
    "*",
  ])("c.a52 an origin that is not listed gets nothing: %s", async (origin) => {
    for (const [method, headers] of [
      ["GET", { origin }],
      ["OPTIONS", { origin, "access-control-request-method": "POST" }],
    ] as const) {
      const reply = await program.send(method, "/api/v1/auth/policy", { headers });
      for (const name of cors) expect([name, reply.headers[name]]).toEqual([name, undefined]);
    }
  });
  test("an error is readable for a listed origin too", async () => {
    const reply = await program.send("GET", "/api/v1/auth/me", { headers: { origin: "https://app.example" } });
    expect(reply.status).toBe(401);
    expect(reply.headers["access-control-allow-origin"]).toBe("https://app.example");
  });
  test("without CORS_ORIGINS nobody is listed", async () => {
    const closed = await Program.start();
    const reply = await closed.send("GET", "/api/v1/auth/policy", { headers: { origin: closed.origin } });
    for (const name of cors) expect(reply.headers[name]).toBeUndefined();
    await closed.stop();
  });
});

test("/openapi.json is the contract", async () => {
  for (const path of ["/openapi.json", `${apiBase}/openapi.json`]) {
    const reply = await program.send("GET", path);
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual(contract);
  }
});

describe("pages", () => {
  const page = { accept: "text/html" };
  test.each(["/", "/login", "/register", "/account", "/setup"])("%s is the app", async (path) => {
    const reply = await program.sendUnchecked("GET", path, { headers: page });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(reply.text).toContain("<script");
    expect(reply.headers["content-security-policy"]).toMatch(/script-src 'self'/);
    expect(reply.headers["content-security-policy"]).toMatch(/object-src 'none'/);
    expect(reply.headers["content-security-policy"]).toMatch(/base-uri 'none'/);
    // No script or style stands in the page itself: the policy would not run it.
    expect(reply.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/);
    expect(reply.text).not.toMatch(/\son\w+=/);
  });
  test("/docs is a page for people", async () => {
    const reply = await program.sendUnchecked("GET", "/docs", { headers: page });
    expect(reply.status).toBe(200);
    expect(reply.text).toContain("/auth/register");
  });
  test("assets: immutable, with ETag, 304, and compressed copies", async () => {
    const index = await program.sendUnchecked("GET", "/", { headers: page });
    const asset = /(?:src|href)="(\/assets\/[^"]+\.js)"/.exec(index.text)?.[1];
    expect(asset).toBeDefined();
    const plain = await program.sendUnchecked("GET", asset as string);
    expect(plain.headers["cache-control"]).toMatch(/immutable/);
    expect(plain.headers["content-type"]).toMatch(/^(text|application)\/javascript/);
    const etag = plain.headers.etag as string;
    const again = await program.sendUnchecked("GET", asset as string, { headers: { "if-none-match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    const packed = await program.sendUnchecked("GET", asset as string, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.headers.vary).toMatch(/accept-encoding/i);
    expect(packed.text.length).toBeLessThan(plain.text.length);
    const refused = await program.sendUnchecked("GET", asset as string, { headers: { "accept-encoding": "gzip;q=0, br;q=0" } });
    expect(refused.headers["content-encoding"]).toBeUndefined();
  });
  test("c.57 ranges are not served piece by piece", async () => {
    for (const range of ["bytes=0-1", `bytes=${"0-,".repeat(1000)}0-`, "bytes=5-1", "bytes=-1"]) {
      const reply = await program.sendUnchecked("GET", "/", { headers: { ...page, range } });
      expect([200, 206, 416]).toContain(reply.status);
    }
  });
  test("the API never answers with a page", async () => {
    const reply = await program.send("GET", "/api/v1/nothing", { headers: page });
    expect(reply.status).toBe(404);
    expect(reply.headers["content-type"]).toMatch(/problem\+json/);
  });
  test.each(["/", "/login", "/docs"])("%s takes no POST: 405 with what is allowed", async (path) => {
    const reply = await program.sendUnchecked("POST", path, { headers: page });
    expect(reply.status).toBe(405);
    expect(problemType(reply)).toBe("method-not-allowed");
    expect((reply.headers.allow ?? "").split(/,\s*/).sort()).toEqual(["GET", "HEAD", "OPTIONS"]);
  });
  test("a POST to a path that is no page either is 404", async () => {
    expect((await program.sendUnchecked("POST", "/nothing.png", { headers: page })).status).toBe(404);
  });
  test("a missing file is 404, not the app", async () => {
    for (const path of ["/assets/nothing.js", "/nothing.png", "/favicon.php"]) {
      expect((await program.sendUnchecked("GET", path, { headers: page })).status, path).toBe(404);
    }
  });
});

describe("a.43 proxies", () => {
  test("an untrusted peer's X-Forwarded-For is ignored, even when malformed", async () => {
    for (const value of ["10.1.2.3", "nonsense", "127.0.0.1, evil", "x".repeat(5000)]) {
      const reply = await program.send("GET", "/health", { headers: { "x-forwarded-for": value, "x-forwarded-proto": "https" } });
      expect(reply.status).toBe(200);
      expect(reply.headers["strict-transport-security"]).toBeUndefined();
    }
    expect(program.log).not.toContain("10.1.2.3");
  });
  test("authentik CVE-2024-47070: a trusted peer's malformed X-Forwarded-For is refused, never skipped", async () => {
    const behind = await Program.start({ settings: { TRUSTED_PROXIES: "127.0.0.1" } });
    for (const value of ["nonsense", "1.2.3.4.5", "999.1.1.1", "", "10.0.0.1;10.0.0.2"]) {
      expect((await behind.send("GET", "/health", { headers: { "x-forwarded-for": value } })).status, value).toBe(400);
    }
    const good = await behind.send("GET", "/health", { headers: { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https" } });
    expect(good.status).toBe(200);
    expect(good.headers["strict-transport-security"]).toMatch(/max-age=31536000.*includeSubDomains/i);
    await behind.stop();
  });
});

test("authentik CVE-2026-25748: broken cookies and odd fields change nothing", async () => {
  const { access_token } = await program.account(newEmail(), newPassword());
  for (const cookie of ["=", ";;;", "a", "session=%00", `x=${"y".repeat(4000)}`, 'a="']) {
    expect((await program.send("GET", "/api/v1/auth/me", { token: access_token, headers: { cookie } })).status).toBe(200);
    expect((await program.send("GET", "/api/v1/auth/me", { headers: { cookie } })).status).toBe(401);
  }
});
