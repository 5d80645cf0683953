/**
 * Where a request ends is never in doubt. Each row is bytes on a socket followed by a second request, so that a server
 * that reads the first one differently shows it by answering twice (request smuggling, checklist c.41-c.57).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readVectorJson } from "./support/environment";
import { Program } from "./support/program";
import { exchange, open, split } from "./support/raw";
import { until } from "./support/until";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  expect((await program.send("GET", "/health")).status).toBe(200);
  await program.stop();
});

const crlf = "\r\n";
const body = `{"refresh_token":"${"A".repeat(43)}"}`;
const smuggled = `GET /health/live HTTP/1.1${crlf}Host: x${crlf}${crlf}`;
/** A refresh that is refused, with these header fields, this body, and a second request behind it. */
const post = (fields: string[], sent = body, version = "HTTP/1.1"): string =>
  [`POST /api/v1/auth/refresh ${version}`, "Host: x", "Content-Type: application/json", ...fields, "", sent].join(crlf) + smuggled;
const get = (fields: string[], line = "GET /health/live HTTP/1.1"): string => [line, "Host: x", ...fields, "", ""].join(crlf) + smuggled;
const chunked = (...parts: string[]): string => post(["Transfer-Encoding: chunked"], parts.join(""));
const hex = body.length.toString(16);

/** One answer with this status, then the end of the connection; nothing of the second request. */
async function expectRefused(bytes: string | Buffer, status = 400): Promise<void> {
  const { responses, closed, rest, received } = await exchange(program.port, bytes);
  expect(responses.map((r) => r.status), received.toString("latin1").slice(0, 600)).toEqual([status]);
  expect(rest.length).toBe(0);
  expect(closed).toBe(true);
  expect(responses[0]?.headers["content-type"]?.[0]).toMatch(/^application\/problem\+json/);
  expect(responses[0]?.headers["connection"]).toEqual(["close"]);
}

test("the yardstick: both requests are answered when nothing is wrong", async () => {
  for (const bytes of [
    post([`Content-Length: ${body.length}`]),
    chunked(`${hex}${crlf}${body}${crlf}0${crlf}${crlf}`),
    chunked(`1${crlf}{${crlf}${(body.length - 1).toString(16).toUpperCase()};name=value${crlf}${body.slice(1)}${crlf}0${crlf}${crlf}`),
    post(["transfer-encoding: chunked"], `${hex}${crlf}${body}${crlf}0${crlf}Trailer: x${crlf}${crlf}`),
  ]) {
    const { responses } = await exchange(program.port, bytes);
    expect(responses.map((r) => r.status), bytes).toEqual([401, 200]);
  }
});

describe("a.57 c.41 Transfer-Encoding", () => {
  const te = (...values: string[]) => post(values.map((v) => `Transfer-Encoding:${v}`), `0${crlf}${crlf}`);
  const rows: [string, string][] = [
    ["TE then CL", post(["Transfer-Encoding: chunked", `Content-Length: ${body.length}`])],
    ["CL then TE", post([`Content-Length: ${body.length}`, "Transfer-Encoding: chunked"])],
    ["CL 0 and TE", post(["Content-Length: 0", "Transfer-Encoding: chunked"], `0${crlf}${crlf}`)],
    ["gzip then CL (Beast 3098)", post(["Transfer-Encoding: gzip", `Content-Length: ${body.length}`])],
    ["gzip alone", te(" gzip")],
    ["gzip, chunked", te(" gzip, chunked")],
    ["twice", te(" chunked", " chunked")],
    ["twice in one", te(" chunked, chunked")],
    ["chunked, identity", te(" chunked, identity")],
    ["identity", te(" identity")],
    ["xchunked", te(" xchunked")],
    ["chunkedx", te(" chunkedx")],
    // RFC 9112 section 7 ignores case; a proxy in front may not, so we take the one spelling that everybody reads alike.
    ["case mix", te(" Chunked")],
    ["capitals", te(" CHUNKED")],
    ["empty", te("")],
    ["a comma behind", te(" chunked,")],
    ["a parameter", te(" chunked;a=b")],
    ["quotes", te(' "chunked"')],
    ["a tab before", te("\tchunked")],
    ["a tab behind", te(" chunked\t")],
    ["VT before", te(" \x0bchunked")],
    ["VT behind", te(" chunked\x0b")],
    ["NUL behind", te(" chunked\0")],
    ["bare CR behind", te(" chunked\r")],
    ["bare CR inside the name", post(["Transfer-\rEncoding: chunked"], `0${crlf}${crlf}`)],
    ["a blank before the colon", post(["Transfer-Encoding : chunked"], `0${crlf}${crlf}`)],
    ["folded", post([`Transfer-Encoding:${crlf} chunked`], `0${crlf}${crlf}`)],
    ["c.44 chunked in HTTP/1.0 (Beast 3096)", post(["Transfer-Encoding: chunked"], `0${crlf}${crlf}`, "HTTP/1.0")],
    ["on a GET, with CL", get(["Transfer-Encoding: chunked", "Content-Length: 5"])],
  ];
  test.each(rows)("%s", async (_name, bytes) => {
    await expectRefused(bytes);
  });
});

describe("c.42 Content-Length", () => {
  const n = String(body.length);
  test.each<[string, string[]]>([
    ["twice, same", [`Content-Length: ${n}`, `Content-Length: ${n}`]],
    ["twice, different", [`Content-Length: ${n}`, "Content-Length: 0"]],
    ["in a list, same", [`Content-Length: ${n}, ${n}`]],
    ["in a list, different", [`Content-Length: ${n}, 0`]],
    ["plus", [`Content-Length: +${n}`]],
    ["minus", ["Content-Length: -1"]],
    ["hexadecimal", ["Content-Length: 0x5"]],
    ["underscore", ["Content-Length: 5_0"]],
    ["2^64", ["Content-Length: 18446744073709551616"]],
    ["2^64 + the right one", [`Content-Length: ${18446744073709551616n + BigInt(body.length)}`]],
    ["empty", ["Content-Length:"]],
    ["a blank inside", ["Content-Length: 6 3"]],
    ["a float", [`Content-Length: ${n}.0`]],
    ["an exponent", ["Content-Length: 6e1"]],
    ["Arabic digits", ["Content-Length: \u0666\u0663"]],
    ["VT before", [`Content-Length: \x0b${n}`]],
    ["a blank before the colon", [`Content-Length : ${n}`]],
    ["NUL behind", [`Content-Length: ${n}\0`]],
  ])("%s", async (_name, fields) => {
    await expectRefused(Buffer.from(post(fields), "utf8"));
  });
  test.each<[string, string[], number]>([
    ["2^64 - 1", ["Content-Length: 18446744073709551615"], 413],
    // No body then, so no token; what would have been one is the next request, and none.
    ["none", [], 401],
  ])("%s", async (_name, fields, status) => {
    const { responses } = await exchange(program.port, post(fields));
    expect(responses[0]?.status).toBe(status);
    expect(responses.length).toBeLessThanOrEqual(2);
  });
});

describe("c.43 chunks", () => {
  const end = `0${crlf}${crlf}`;
  test.each<[string, string]>([
    ["size 0_2e", chunked(`0_2e${crlf}${body}${crlf}${end}`)],
    ["size +a", chunked(`+${hex}${crlf}${body}${crlf}${end}`)],
    ["size -1", chunked(`-1${crlf}${body}${crlf}${end}`)],
    ["size 0x2", chunked(`0x${hex}${crlf}${body}${crlf}${end}`)],
    ["size with a blank before", chunked(` ${hex}${crlf}${body}${crlf}${end}`)],
    ["size with a blank behind", chunked(`${hex} ${crlf}${body}${crlf}${end}`)],
    ["size empty", chunked(`${crlf}${body}${crlf}${end}`)],
    ["size of letters", chunked(`xyz${crlf}${body}${crlf}${end}`)],
    ["17 hex digits", chunked(`${hex.padStart(17, "0")}${crlf}${body}${crlf}${end}`)],
    ["17 hex digits that overflow to the right size", chunked(`1${hex.padStart(16, "0")}${crlf}${body}${crlf}${end}`)],
    ["bare LF after the size", chunked(`${hex}\n${body}${crlf}${end}`)],
    ["bare CR after the size", chunked(`${hex}\r${body}${crlf}${end}`)],
    ["bare LF in an extension", chunked(`${hex};a\nb${crlf}${body}${crlf}${end}`)],
    ["no CRLF after the data", chunked(`${hex}${crlf}${body}${end}`)],
    ["bare LF after the data", chunked(`${hex}${crlf}${body}\n${end}`)],
    ["other bytes after the data", chunked(`${hex}${crlf}${body}XX${end}`)],
    ["extension of 1 kB (Beast 3077)", chunked(`${hex};${"x".repeat(1024)}${crlf}${body}${crlf}${end}`)],
    ["extension of 1 MB", chunked(`${hex};${"x".repeat(1_000_000)}${crlf}${body}${crlf}${end}`)],
    ["NUL in an extension", chunked(`${hex};\0${crlf}${body}${crlf}${end}`)],
    ["last chunk with a bare LF", chunked(`${hex}${crlf}${body}${crlf}0\n\n`)],
    ["a trailer without a colon", chunked(`${hex}${crlf}${body}${crlf}0${crlf}nonsense${crlf}${crlf}`)],
    ["a folded trailer", chunked(`${hex}${crlf}${body}${crlf}0${crlf}A: b${crlf} c${crlf}${crlf}`)],
  ])("%s", async (_name, bytes) => {
    const { responses, closed, rest } = await exchange(program.port, bytes);
    // Whatever was read, the second request must not be answered on this connection.
    expect(responses.length).toBeLessThanOrEqual(1);
    if (responses[0]) expect(responses[0].status).toBe(400);
    // A megabyte that nobody reads may be answered by a reset; everything else gets its 400.
    if (bytes.length < 100_000) expect(responses).toHaveLength(1);
    expect(rest.length).toBe(0);
    expect(closed).toBe(true);
  });

  test("a missing final CRLF: the request is not over, so nothing is answered", async () => {
    const { responses, closed } = await exchange(
      program.port,
      `POST /api/v1/auth/refresh HTTP/1.1${crlf}Host: x${crlf}Content-Type: application/json${crlf}Transfer-Encoding: chunked${crlf}${crlf}${hex}${crlf}${body}${crlf}0${crlf}`,
    );
    expect(responses.every((r) => r.status === 400)).toBe(true);
    expect(closed).toBe(true);
  });

  test("c.49 chunks without end: 413 at the limit, not later", async () => {
    const socket = await open(program.port);
    const parts: Buffer[] = [];
    let ended = false;
    socket.on("data", (part) => parts.push(part));
    socket.on("close", () => (ended = true));
    socket.write(`POST /api/v1/auth/login HTTP/1.1${crlf}Host: x${crlf}Content-Type: application/json${crlf}Transfer-Encoding: chunked${crlf}${crlf}`);
    let sent = 0;
    const chunk = `400${crlf}${" ".repeat(1024)}${crlf}`;
    while (!ended && sent < 4 * 1024 * 1024 && parts.length === 0) {
      sent += 1024;
      if (!socket.write(chunk)) await new Promise<void>((resolve) => setImmediate(resolve));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await until("the connection is closed", () => ended || parts.length > 0);
    expect(split(Buffer.concat(parts)).responses.map((r) => r.status)).toEqual([413]);
    socket.destroy();
  });

  test("chunks of one byte each add up", async () => {
    const parts = [...body].map((c) => `1${crlf}${c}${crlf}`).join("");
    const { responses } = await exchange(program.port, chunked(parts, end));
    expect(responses.map((r) => r.status)).toEqual([401, 200]);
  });
});

describe("c.45 header fields", () => {
  test.each<[string, string | Buffer]>([
    ["a blank before the colon", get(["Accept : */*"])],
    ["a tab before the colon", get(["Accept\t: */*"])],
    ["a blank before the first field", `GET /health/live HTTP/1.1${crlf} Host: x${crlf}${crlf}${smuggled}`],
    ["a line of blanks first", `GET /health/live HTTP/1.1${crlf} ${crlf}Host: x${crlf}${crlf}${smuggled}`],
    ["obs-fold", get(["Accept: a,", " b"])],
    ["obs-fold with a tab", get(["Accept: a,", "\tb"])],
    ["bare CR in a value", get(["Accept: a\rb"])],
    ["bare LF between fields", `GET /health/live HTTP/1.1${crlf}Host: x${crlf}A: b\nC: d${crlf}${crlf}${smuggled}`],
    ["bare LF everywhere", `GET /health/live HTTP/1.1\nHost: x\n\n${smuggled}`],
    ["bare LF at the end", `GET /health/live HTTP/1.1${crlf}Host: x${crlf}\n${smuggled}`],
    ["NUL in a value", get(["Accept: a\0b"])],
    ["NUL in a name", get(["Acc\0ept: a"])],
    ["ESC in a value", get(["Accept: \x1b[31m"])],
    ["DEL in a value", get(["Accept: a\x7f"])],
    ["high bytes in a name", get(["Acc\xe9pt: a"])],
    ["no name", get([": a"])],
    ["no colon", get(["Accept"])],
    ["a blank in the name", get(["Ac cept: a"])],
    ["brackets in the name", get(["Acc(e)pt: a"])],
  ])("%s", async (_name, bytes) => {
    await expectRefused(bytes);
  });

  test.each<[string, string[]]>([
    ["high bytes in a value", ["X-Name: D\xfcsseldorf"]],
    ["an empty value", ["X-Name:"]],
    ["no blank after the colon", ["X-Name:a"]],
    ["blanks and tabs around a value", ["X-Name: \t a \t "]],
    ["every token character in a name", ["!#$%&'*+-.^_`|~09azAZ: a"]],
  ])("%s is taken", async (_name, fields) => {
    const { responses } = await exchange(program.port, get(fields));
    expect(responses.map((r) => r.status)).toEqual([200, 200]);
  });
});

describe("c.46 Host", () => {
  const line = "GET /health/live HTTP/1.1";
  const with_ = (...fields: string[]) => [line, ...fields, "", ""].join(crlf) + smuggled;
  test.each<[string, string]>([
    ["none", with_("Accept: */*")],
    ["two, same", with_("Host: x", "Host: x")],
    ["two, different", with_("Host: x", "Host: y")],
    ["with a path", with_("Host: x/y")],
    ["with a user", with_("Host: user@x")],
    ["with a blank", with_("Host: x y")],
    ["with a comma", with_("Host: x, y")],
    ["with a bad port", with_("Host: x:port")],
    ["empty", with_("Host:")],
    ["open bracket", with_("Host: [::1")],
    ["with a question mark", with_("Host: x?y")],
    ["with a backslash", with_("Host: x\\y")],
  ])("%s", async (_name, bytes) => {
    await expectRefused(bytes);
  });
  test.each(["localhost:8500", "desk.example", "[::1]:8500", "127.0.0.1", "DESK.example:80", "xn--bcher-kva.example"])("%s is taken", async (host) => {
    const { responses } = await exchange(program.port, with_(`Host: ${host}`));
    expect(responses.map((r) => r.status)).toEqual([200, 200]);
  });
});

describe("c.47 c.53 request lines", () => {
  test.each<[string, string, number[]]>([
    ["HTTP/1.32", "GET /health/live HTTP/1.32", [400, 505]],
    ["HTTP/2.0", "GET /health/live HTTP/2.0", [505]],
    ["HTTP/1.2", "GET /health/live HTTP/1.2", [400, 505]],
    ["HTTP/0.9 with a version", "GET /health/live HTTP/0.9", [400, 505]],
    ["HTTP/0.9 without", "GET /health/live", [400]],
    ["the HTTP/2 preface", "PRI * HTTP/2.0", [400, 505]],
    ["http in lower case", "GET /health/live http/1.1", [400]],
    ["RTSP", "OPTIONS /health RTSP/1.0", [400, 505]],
    ["two blanks", "GET  /health/live HTTP/1.1", [400]],
    ["a tab", "GET\t/health/live\tHTTP/1.1", [400]],
    ["a blank in the target", "GET /health/ live HTTP/1.1", [400]],
    ["a blank behind", "GET /health/live HTTP/1.1 ", [400]],
    ["absolute form with another host", "GET http://other.example/health/live HTTP/1.1", [400]],
    ["absolute form with a user", "GET http://user@x/health/live HTTP/1.1", [400]],
    ["* for GET", "GET * HTTP/1.1", [400]],
    ["authority form", "CONNECT x:80 HTTP/1.1", [400, 405, 501]],
    ["a fragment", "GET /health/live#x HTTP/1.1", [400]],
    ["no slash", "GET health HTTP/1.1", [400]],
    ["raw UTF-8", "GET /h\xc3\xa9alth HTTP/1.1", [400]],
    ["an unknown method", "BREW /health/live HTTP/1.1", [405, 501]],
    ["get in lower case", "get /health/live HTTP/1.1", [400, 405, 501]],
    ["TRACE", "TRACE /health/live HTTP/1.1", [405, 501]],
    ["TRACK", "TRACK /health/live HTTP/1.1", [405, 501]],
    ["a method with a bracket", "G(T /health/live HTTP/1.1", [400]],
    ["a method of 10 kB", `${"G".repeat(10_000)} / HTTP/1.1`, [400, 414, 501]],
  ])("%s", async (_name, line, statuses) => {
    const { responses, rest } = await exchange(program.port, get([], line));
    expect(statuses).toContain(responses[0]?.status);
    // 405 and 501 know where the request ended and may go on; after a 400 the connection is over.
    if ([400, 414, 505].includes(responses[0]?.status ?? 0)) expect(responses).toHaveLength(1);
    expect(responses.length).toBeLessThanOrEqual(2);
    expect(rest.length).toBe(0);
  });

  test("absolute form with our host, and OPTIONS *", async () => {
    for (const line of ["GET http://x/health/live HTTP/1.1", "OPTIONS * HTTP/1.1"]) {
      const { responses } = await exchange(program.port, get([], line));
      expect(responses).toHaveLength(2);
      expect([200, 204]).toContain(responses[0]?.status);
    }
  });
});

describe("c.56 paths that lead nowhere", () => {
  test.each([
    "/..%2f..%2fetc/passwd",
    "/../etc/passwd",
    "/%2e%2e/etc/passwd",
    "/assets/..%5c..%5cetc/passwd",
    "/assets/..\\..\\etc/passwd",
    "//etc/passwd",
    "/etc//passwd",
    "/etc/passwd",
    "/index.html%00.png",
    "/%c0%ae%c0%ae/etc/passwd",
    "/%ff",
    "/%",
    "/%zz",
    "/.git/config",
    "/.env",
    "/data/app.db",
    "/app.db",
    "/metrics",
    "/debug",
    "/server-status",
    "/HEALTH",
    "/health/",
    "/health/.",
    "/api/v1/auth/me/",
    "/api/v1/auth/../auth/me",
    "/api/v1//auth/me",
    "/api/v1/auth/me%2f",
    "/api/v1/auth%2fme",
    "/api/v2/auth/me",
    "/api/",
    "/assets/",
  ])("a.50 %s", async (target) => {
    const { responses } = await exchange(program.port, `GET ${target} HTTP/1.1${crlf}Host: x${crlf}Accept: */*${crlf}Connection: close${crlf}${crlf}`);
    expect(responses).toHaveLength(1);
    expect(responses[0]?.body).not.toContain("root:");
    // Only a browser, which names text/html, gets the app's page for an address that is none of ours.
    expect([400, 404], responses[0]?.body.slice(0, 300)).toContain(responses[0]?.status);
  });

  test("percent-encoding of ordinary letters is the same path", async () => {
    const { responses } = await exchange(program.port, get([], "GET /he%61lth/liv%65 HTTP/1.1"));
    expect(responses[0]?.status).toBe(200);
  });
});

describe("c.48 limits of the head, one just under and one just over", () => {
  const query = (bytes: number): string => {
    const line = "GET /health/live? HTTP/1.1";
    return get([], line.replace("?", `?${"q".repeat(bytes - line.length)}`));
  };
  const fields = (count: number): string => get(Array.from({ length: count - 1 }, (_, i) => `X-${i}: a`));
  const section = (bytes: number): string => {
    // 16 fields share the size; "Host: x\r\n" and the last CRLF count too.
    const each = Math.floor((bytes - 11) / 16);
    const lines = Array.from({ length: 16 }, (_, i) => `X-${String(i).padStart(2, "0")}: `.padEnd(each - 2, "v"));
    return get(lines);
  };
  test.each<[string, string, number]>([
    ["a request line of 8,190 bytes", query(8190), 200],
    ["a request line of 8,200 bytes", query(8200), 414],
    ["a request line of 100 kB", query(100_000), 414],
    ["100 fields", fields(100), 200],
    ["101 fields", fields(101), 431],
    ["1,000 fields", fields(1000), 431],
    ["10,000 fields", fields(10_000), 431],
    ["a section of 32,000 bytes", section(32_000), 200],
    ["a section of 33,000 bytes", section(33_000), 431],
    ["a section of 64 kB", section(64 * 1024), 431],
    ["one field of 1 MB", get([`X: ${"v".repeat(1_000_000)}`]), 431],
  ])("%s", async (_name, bytes, status) => {
    const { responses, closed } = await exchange(program.port, bytes);
    expect(responses[0]?.status).toBe(status);
    expect(closed).toBe(true);
    if (status !== 200) expect(responses).toHaveLength(1);
  });
});

describe("c.49 c.52 bodies", () => {
  const head = (length: number, ...more: string[]): string =>
    [`POST /api/v1/auth/register HTTP/1.1`, "Host: x", "Content-Type: application/json", `Content-Length: ${length}`, ...more, "", ""].join(crlf);

  test("too long by Content-Length: 413 before a byte of it was sent", async () => {
    const { responses, closed } = await exchange(program.port, head(300 * 1024), { end: false });
    expect(responses.map((r) => r.status)).toEqual([413]);
    expect(closed).toBe(true);
  });
  test("10 GB by Content-Length: 413", async () => {
    const { responses } = await exchange(program.port, head(10_000_000_000), { end: false });
    expect(responses.map((r) => r.status)).toEqual([413]);
  });
  test("Expect: 100-continue is answered with 100 when the body may come", async () => {
    const socket = await open(program.port);
    let received = Buffer.alloc(0);
    socket.on("data", (part) => (received = Buffer.concat([received, part])));
    socket.write(head(body.length, "Expect: 100-continue", "Connection: close"));
    await until("100 Continue", () => split(received).interim.length > 0);
    expect(split(received).interim).toEqual([100]);
    expect(split(received).responses).toHaveLength(0);
    socket.write(body.replace("nobody", "somebd"));
    await until("the answer", () => split(received).responses.length > 0);
    expect([201, 409, 422]).toContain(split(received).responses[0]?.status);
    socket.destroy();
  });
  test("Expect: 100-continue with a body too long, of another kind, or for no route: the final answer, no 100", async () => {
    for (const [bytes, status] of [
      [head(300 * 1024, "Expect: 100-continue"), 413],
      [head(10, "Expect: 100-continue").replace("application/json", "text/plain"), 415],
      [head(10, "Expect: 100-continue").replace("/auth/register", "/auth/nothing"), 404],
      [head(10, "Expect: 100-continue").replace("POST", "PUT"), 405],
    ] as const) {
      const { responses, interim, closed } = await exchange(program.port, bytes, { end: false });
      expect([responses.map((r) => r.status), interim, closed]).toEqual([[status], [], true]);
    }
  });
  test("another expectation: 417", async () => {
    const { responses } = await exchange(program.port, head(body.length, "Expect: miracles") + body);
    expect(responses[0]?.status).toBe(417);
  });
  test("a body on GET is read past or refused, never taken for a request", async () => {
    const { responses } = await exchange(program.port, get([`Content-Length: ${smuggled.length}`]) + smuggled);
    expect(responses.length).toBeLessThanOrEqual(2);
    expect(responses.every((r) => [200, 400, 413, 415].includes(r.status))).toBe(true);
  });
});

describe("c.51 connections", () => {
  test("100 requests at once are answered in order", async () => {
    const paths = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? "/health/live" : i % 3 === 1 ? "/api/v1/auth/me" : "/api/v1/nothing"));
    const bytes = paths.map((path, i) => `GET ${path} HTTP/1.1${crlf}Host: x${crlf}${i === 99 ? `Connection: close${crlf}` : ""}${crlf}`).join("");
    const { responses, closed } = await exchange(program.port, bytes, { end: false });
    expect(responses.map((r) => r.status)).toEqual(paths.map((_, i) => [200, 401, 404][i % 3]));
    expect(new Set(responses.map((r) => r.headers["x-request-id"]?.[0])).size).toBe(100);
    expect(closed).toBe(true);
  });
  test("a slow one first: still in order", async () => {
    const { responses } = await exchange(program.port, post([`Content-Length: ${body.length}`]) );
    expect(responses.map((r) => r.status)).toEqual([401, 200]);
  });
  test("one byte at a time", async () => {
    const socket = await open(program.port);
    socket.setNoDelay(true);
    let received = Buffer.alloc(0);
    socket.on("data", (part) => (received = Buffer.concat([received, part])));
    for (const byte of post([`Content-Length: ${body.length}`])) {
      socket.write(byte);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await until("both answers", () => split(received).responses.length === 2);
    expect(split(received).responses.map((r) => r.status)).toEqual([401, 200]);
    socket.destroy();
  });
  test("half close after a request: it is answered", async () => {
    const { responses, closed } = await exchange(program.port, `GET /health/live HTTP/1.1${crlf}Host: x${crlf}${crlf}`);
    expect(responses.map((r) => r.status)).toEqual([200]);
    expect(closed).toBe(true);
  });
  test("resets in the middle of heads and bodies hurt nobody", async () => {
    const whole = post([`Content-Length: ${body.length}`]);
    for (let at = 1; at < whole.length - smuggled.length; at += 7) {
      const socket = await open(program.port);
      socket.write(whole.slice(0, at));
      await new Promise<void>((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
    expect((await program.send("GET", "/health")).status).toBe(200);
  });
  test("HTTP/1.0 is closed after the answer, unless it asked to be kept", async () => {
    const line = "GET /health/live HTTP/1.0";
    const one = await exchange(program.port, `${line}${crlf}${crlf}${smuggled}`, { end: false });
    expect(one.responses).toHaveLength(1);
    expect(one.closed).toBe(true);
    const two = await exchange(program.port, `${line}${crlf}Connection: keep-alive${crlf}${crlf}${smuggled}`);
    expect(two.responses).toHaveLength(2);
    expect(two.responses[0]?.headers["connection"]?.[0]?.toLowerCase()).toBe("keep-alive");
  });
  test("Connection: close ends it", async () => {
    const { responses, closed } = await exchange(program.port, get(["Connection: close"]), { end: false });
    expect(responses).toHaveLength(1);
    expect(closed).toBe(true);
  });
  test("empty lines before a request are passed over (RFC 9112 section 2.2)", async () => {
    const { responses } = await exchange(program.port, `${crlf}${smuggled}`);
    expect(responses.map((r) => r.status)).toEqual([200]);
  });
  test("TLS on this port is refused or closed, at once", async () => {
    const hello = Buffer.from("16030100a5010000a10303" + "00".repeat(160), "hex");
    const { responses, closed } = await exchange(program.port, hello, { end: false });
    expect(responses.every((r) => r.status === 400)).toBe(true);
    expect(closed).toBe(true);
  });
});

describe("the llhttp requests", () => {
  interface Vector {
    title: string;
    type: string;
    raw_base64: string;
    llhttp_error: string | null;
    message_complete: number;
  }
  const vectors = readVectorJson<Vector[]>("http/llhttp-requests.json").map((v, i) => [`${i} ${v.type}: ${v.title}`, v] as const);
  test.each(vectors)("%s", async (_name, vector) => {
    const { responses, closed, rest } = await exchange(program.port, Buffer.from(vector.raw_base64, "base64"));
    expect(closed).toBe(true);
    expect(rest.length).toBe(0);
    expect(responses.every((r) => r.status < 500 || [501, 505].includes(r.status))).toBe(true);
    // llhttp stops at an upgrade. A server that does not take the offer goes on with HTTP, and what follows is no request.
    const upgrades = vector.llhttp_error?.startsWith("Pause on") === true;
    const answers = upgrades && responses.at(-1)?.status === 400 ? responses.length - 1 : responses.length;
    expect(answers).toBeLessThanOrEqual(Math.max(1, vector.message_complete));
    const strictError = vector.type === "request" && vector.llhttp_error !== null && !/Pause on|Data after/.test(vector.llhttp_error);
    const onlyLenient = vector.type.includes("lenient") && vector.llhttp_error === null;
    // A case that ends early is answered with 400 or closed without a word; it is never accepted.
    if (strictError || onlyLenient) expect(responses.map((r) => r.status).filter((s) => s < 400)).toEqual([]);
  });
});
