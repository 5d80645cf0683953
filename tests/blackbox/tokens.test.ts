/** Access tokens, attacked with an independent implementation (jose) that knows the signing key. */
import { createHmac, generateKeyPairSync, randomUUID } from "node:crypto";
import { base64url, decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemType, userOf, withoutFactor, type Reply, type SignedIn } from "./support/client";
import { newEmail, readVectorJson } from "./support/environment";
import { Program } from "./support/program";
import { exchange } from "./support/raw";
import { newPassword, plant } from "./support/secrets";

const keyText = "6f1d8c2b9ae04375b1c2d3e4f5a60718-planted-signing-key";
const key = Buffer.from(keyText);
const mePath = "/api/v1/auth/me";

let program: Program;
let owner: SignedIn;
let claims: JWTPayload;
const leewaySeconds = 5;

beforeAll(async () => {
  plant(keyText);
  program = await Program.start({ settings: { JWT_SECRET_KEY: keyText } });
  owner = await program.account(newEmail(), newPassword());
  claims = decodeJwt(owner.access_token);
});
afterAll(async () => {
  await program.stop();
});

const now = (): number => Math.floor(Date.now() / 1000);

/** Signs any header and payload text with HMAC, without the help (and the checks) of a library. */
function signText(header: string | Buffer, payload: string | Buffer, secret: Buffer = key, hash = "sha256"): string {
  const input = `${base64url.encode(header)}.${base64url.encode(payload)}`;
  return `${input}.${base64url.encode(createHmac(hash, secret).update(input).digest())}`;
}
const goodHeader = { alg: "HS256", typ: "at+jwt" };
const sign = (header: object, payload: object): string => signText(JSON.stringify(header), JSON.stringify(payload));
const without = (name: string): JWTPayload => Object.fromEntries(Object.entries(claims).filter(([n]) => n !== name));

function expectRefused(reply: Reply): void {
  expect(reply.status, reply.text).toBe(401);
  expect(problemType(reply)).toBe("invalid-token");
  expect(reply.headers["www-authenticate"]).toMatch(/^Bearer\b.*error="invalid_token"/);
}

test("the yardstick: the same claims signed by jose are accepted, so each refusal below is for its own reason", async () => {
  const token = await new SignJWT(claims).setProtectedHeader(goodHeader).sign(key);
  expect(userOf(await program.me(token))).toEqual({ ...owner.user, ...withoutFactor });
  expect(userOf(await program.me(sign(goodHeader, claims)))).toEqual({ ...owner.user, ...withoutFactor });
  expect(userOf(await program.me(sign({ ...goodHeader, kid: "some-key" }, claims)))).toEqual({ ...owner.user, ...withoutFactor });
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const rsaPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
const rsaJwk = rsa.publicKey.export({ format: "jwk" });

describe("b.2 tokens that must be refused", () => {
  const rows: [string, () => string | Promise<string>][] = [
    ...["none", "None", "NONE", "nOnE"].flatMap((alg): [string, () => string][] => [
      [`c.1 a.25 alg ${alg}, empty signature`, () => `${sign({ ...goodHeader, alg }, claims).split(".").slice(0, 2).join(".")}.`],
      [`c.1 alg ${alg}, signed all the same`, () => sign({ ...goodHeader, alg }, claims)],
    ]),
    ["c.1 jose's unsecured token", () => new UnsecuredJWT(claims).encode()],
    ["c.2 HS256 with an RSA public key", () => signText(JSON.stringify(goodHeader), JSON.stringify(claims), Buffer.from(rsaPem))],
    ["c.2 HS256 with an RSA public key without its last newline", () => signText(JSON.stringify(goodHeader), JSON.stringify(claims), Buffer.from(rsaPem.trimEnd()))],
    ["c.3 HS384 with our key", () => signText(JSON.stringify({ ...goodHeader, alg: "HS384" }), JSON.stringify(claims), key, "sha384")],
    ["c.3 HS512 with our key", async () => await new SignJWT(claims).setProtectedHeader({ ...goodHeader, alg: "HS512" }).sign(Buffer.concat([key, key]))],
    ["c.3 HS512 with our key, by hand", () => signText(JSON.stringify({ ...goodHeader, alg: "HS512" }), JSON.stringify(claims), key, "sha512")],
    ...["hs256", "Hs256", "HS256 ", "RS256", "ES256", "HS1", "", "HS256\u0000"].map((alg): [string, () => string] => [
      `b.1 alg ${JSON.stringify(alg)} signed with HS256`,
      () => sign({ ...goodHeader, alg }, claims),
    ]),
    ["b.1 alg missing", () => sign({ typ: "at+jwt" }, claims)],
    ["b.1 alg is a list", () => sign({ ...goodHeader, alg: ["HS256"] }, claims)],
    ["c.4 kid of 10 kB", () => sign({ ...goodHeader, kid: "k".repeat(10_000) }, claims)],
    ["c.4 duplicate kid", () => signText('{"alg":"HS256","typ":"at+jwt","kid":"a","kid":"b"}', JSON.stringify(claims))],
    ["c.5 crit exp", () => sign({ ...goodHeader, crit: ["exp"] }, claims)],
    ["c.5 crit empty", () => sign({ ...goodHeader, crit: [] }, claims)],
    ["c.5 crit unknown", () => sign({ ...goodHeader, crit: ["x"], x: 1 }, claims)],
    ["c.5 b64 false", () => sign({ ...goodHeader, b64: false }, claims)],
    ["c.5 b64 false, critical", () => sign({ ...goodHeader, b64: false, crit: ["b64"] }, claims)],
    ["b.9 zip", () => sign({ ...goodHeader, zip: "DEF" }, claims)],
    ["b.7 a.25 jku", () => sign({ ...goodHeader, jku: "http://127.0.0.1:1/keys" }, claims)],
    ["b.7 a.25 x5u", () => sign({ ...goodHeader, x5u: "http://127.0.0.1:1/cert" }, claims)],
    ["c.12 embedded jwk, signed by it", async () => await new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ: "at+jwt", jwk: rsaJwk }).sign(rsa.privateKey)],
    ["c.12 embedded jwk, signed by our key", () => sign({ ...goodHeader, jwk: rsaJwk }, claims)],
    ["c.6 duplicate sub", () => signText(JSON.stringify(goodHeader), JSON.stringify(claims).replace("{", `{"sub":"${randomUUID()}",`))],
    ["c.6 duplicate exp", () => signText(JSON.stringify(goodHeader), JSON.stringify(claims).replace("{", `{"exp":${now() + 9000},`))],
    ["c.6 duplicate alg", () => signText('{"alg":"none","typ":"at+jwt","alg":"HS256"}', JSON.stringify(claims))],
    ["c.6 duplicate alg, escaped", () => signText('{"\\u0061lg":"HS256","typ":"at+jwt","alg":"HS256"}', JSON.stringify(claims))],
    ["c.7 exp just past the leeway", () => sign(goodHeader, { ...claims, iat: now() - 100, exp: now() - leewaySeconds - 1 })],
    ["a.26 expired long ago", () => sign(goodHeader, { ...claims, iat: now() - 9000, exp: now() - 5400 })],
    ...([`"${now() + 900}"`, `${now() + 900}.5`, "-1", "1e300", "9223372036854775808", "18446744073709551616", "null", "true", "[]"].map((text): [string, () => string] => [
      `c.7 exp ${text}`,
      () => signText(JSON.stringify(goodHeader), JSON.stringify({ ...claims, exp: 0 }).replace('"exp":0', `"exp":${text}`)),
    ])),
    ["c.8 a.26 nbf in an hour", () => sign(goodHeader, { ...claims, nbf: now() + 3600 })],
    ["c.9 iat in an hour", () => sign(goodHeader, { ...claims, iat: now() + 3600, exp: now() + 7200 })],
    ...["sub", "email", "is_admin", "iss", "aud", "iat", "exp", "jti", "sid", "epoch"].map((name): [string, () => string] => [
      `GHSA-wxg7-w2v3-w38g Zitadel: without ${name}`,
      () => sign(goodHeader, without(name)),
    ]),
    ["b.6 a.26 another audience", () => sign(goodHeader, { ...claims, aud: "somebody-else" })],
    ["b.6 a list of audiences without us", () => sign(goodHeader, { ...claims, aud: ["a", "b"] })],
    ["b.6 an empty list of audiences", () => sign(goodHeader, { ...claims, aud: [] })],
    ["b.5 another issuer", () => sign(goodHeader, { ...claims, iss: "kontor.example" })],
    ["b.5 the issuer in capitals", () => sign(goodHeader, { ...claims, iss: "KONTOR" })],
    ["c.15 sub is a number", () => sign(goodHeader, { ...claims, sub: 7 })],
    ["c.15 sub is a list", () => sign(goodHeader, { ...claims, sub: [owner.user.id] })],
    ["c.15 sub in capitals", () => sign(goodHeader, { ...claims, sub: owner.user.id.toUpperCase() })],
    ["b.5 sub of nobody", () => sign(goodHeader, { ...claims, sub: randomUUID() })],
    ["sub is SQL", () => sign(goodHeader, { ...claims, sub: "' OR 1=1--" })],
    ["epoch of another time", () => sign(goodHeader, { ...claims, epoch: 99 })],
    ["epoch as text", () => sign(goodHeader, { ...claims, epoch: "0" })],
    ["is_admin as text", () => sign(goodHeader, { ...claims, is_admin: "true" })],
    ["b.8 RFC 9068: typ JWT", () => sign({ ...goodHeader, typ: "JWT" }, claims)],
    ["b.8 typ of an ID token", () => sign({ ...goodHeader, typ: "id+jwt" }, claims)],
    ["typ missing", () => sign({ alg: "HS256" }, claims)],
    ["b.4 header in UTF-16", () => signText(Buffer.from(JSON.stringify(goodHeader), "utf16le"), JSON.stringify(claims))],
    ["b.4 broken UTF-8 in the header", () => signText(Buffer.from('{"alg":"HS256","typ":"at+jwt","kid":"\xff"}', "latin1"), JSON.stringify(claims))],
    ["b.4 broken UTF-8 in the payload", () => signText(JSON.stringify(goodHeader), Buffer.from(JSON.stringify({ ...claims, x: "\xff" }), "latin1"))],
    ["payload is a list", () => sign(goodHeader, [claims])],
    ["payload is no JSON", () => signText(JSON.stringify(goodHeader), "sub=1")],
    ["payload is empty", () => signText(JSON.stringify(goodHeader), "")],
    ["c.14 another key", async () => await new SignJWT(claims).setProtectedHeader(goodHeader).sign(Buffer.alloc(48, 7))],
    ["an empty key", () => signText(JSON.stringify(goodHeader), JSON.stringify(claims), Buffer.alloc(0))],
    ["c.10 a token of 8 kB", () => sign(goodHeader, { ...claims, x: "x".repeat(6000) })],
    ["c.11 two parts", () => owner.access_token.split(".").slice(0, 2).join(".")],
    ["c.11 four parts", () => `${owner.access_token}.x`],
    ["b.9 five parts", () => `${owner.access_token}.x.y`],
    ["c.11 three empty parts", () => ".."],
    ["c.11 empty payload part", () => owner.access_token.split(".").with(1, "").join(".")],
    ["c.11 empty signature", () => owner.access_token.split(".").with(2, "").join(".")],
    ["c.11 padding", () => `${owner.access_token}=`],
    ["c.11 the plain base64 alphabet", () => signedWithPlainAlphabet()],
    ["c.11 non-zero spare bits", () => withSpareBits(owner.access_token)],
    ["CVE-2026-27840 Zitadel: one character cut", () => owner.access_token.slice(0, -1)],
    ["CVE-2026-27840 Zitadel: one character more", () => `${owner.access_token}A`],
    ["c.11 JSON serialisation", () => JSON.stringify({ payload: owner.access_token.split(".")[1], protected: owner.access_token.split(".")[0], signature: owner.access_token.split(".")[2] })],
    ["nothing of a token", () => "null"],
  ];

  test.each(rows)("%s", async (_name, make) => {
    expectRefused(await program.me(await make()));
  });

  test("CVE-2026-27840 Zitadel: every character changed in turn", async () => {
    const token = owner.access_token;
    const accepted: number[] = [];
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === "A" ? "B" : "A";
      const reply = await program.me(token.slice(0, at) + other + token.slice(at + 1));
      if (reply.status !== 401) accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });

  test("Wycheproof: no JWS of its groups opens anything", async () => {
    interface Group {
      tests: { jws?: unknown }[];
    }
    const groups = readVectorJson<{ testGroups: Group[] }>("wycheproof/json_web_signature_subset.json").testGroups;
    const tokens = groups.flatMap((g) => g.tests).map((t) => (typeof t.jws === "string" ? t.jws : JSON.stringify(t.jws)));
    expect(tokens.length).toBeGreaterThan(40);
    for (const token of tokens) expectRefused(await program.me(token.replaceAll(/[^\x20-\x7e]/g, "")));
  });
});

/** The signature's last character holds two bits that no byte uses; a strict reader wants them zero. */
function withSpareBits(token: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(token.at(-1) as string);
  return token.slice(0, -1) + alphabet[last ^ 1];
}

/** A token that is right but for `+` and `/` instead of `-` and `_` in its signature. */
function signedWithPlainAlphabet(): string {
  for (let round = 0; ; round += 1) {
    const token = sign(goodHeader, { ...claims, round });
    const [header, payload, signature = ""] = token.split(".");
    if (/[-_]/.test(signature)) {
      return [header, payload, signature.replaceAll("-", "+").replaceAll("_", "/")].join(".");
    }
  }
}

test("c.4 kid is not looked at: paths, SQL and NUL open no file", async () => {
  for (const kid of ["../../dev/null", "' OR 1=1", "a\0b", "/dev/stdin"]) {
    const reply = await program.me(sign({ ...goodHeader, kid }, claims));
    expect([200, 401]).toContain(reply.status);
  }
});

test("c.7 an expiry inside the leeway still holds, whatever the claims say the program answers with what it knows", async () => {
  const reply = await program.me(sign(goodHeader, { ...claims, exp: now() - 1, email: "other@example.com", is_admin: true }));
  expect(userOf(reply)).toEqual({ ...owner.user, ...withoutFactor });
});

describe("how the token is carried", () => {
  const raw = async (fields: string[], target = mePath) =>
    await exchange(program.port, [`GET ${target} HTTP/1.1`, "Host: x", ...fields, "Connection: close", "", ""].join("\r\n"));
  const statusOf = async (fields: string[], target = mePath): Promise<number | undefined> => {
    const { responses, closed } = await raw(fields, target);
    expect(responses).toHaveLength(1);
    expect(closed).toBe(true);
    return responses[0]?.status;
  };

  test("c.13 bearer in lower case, capitals and mixed", async () => {
    for (const scheme of ["bearer", "BEARER", "BeArEr"]) {
      expect(await statusOf([`Authorization: ${scheme} ${owner.access_token}`])).toBe(200);
    }
  });

  test("c.13 two Authorization headers: 400", async () => {
    expect(await statusOf([`Authorization: Bearer ${owner.access_token}`, `Authorization: Bearer ${owner.access_token}`])).toBe(400);
    expect(await statusOf([`Authorization: Bearer ${owner.access_token}`, "authorization: Basic eDp5"])).toBe(400);
  });

  test.each<[string, string]>([
    ["Basic", "Basic dXNlcjpwYXNz"],
    ["no token", "Bearer"],
    ["blank token", "Bearer "],
    ["empty", ""],
    ["only a token", "TOKEN"],
    ["a comma list", "Bearer TOKEN, Bearer TOKEN"],
    ["Token scheme", "Token TOKEN"],
    ["a tab between", "Bearer\tTOKEN"],
    ["a blank inside", "Bearer TOK EN"],
    ["quotes", 'Bearer "TOKEN"'],
  ])("c.13 %s: 401", async (_name, value) => {
    expect(await statusOf([`Authorization: ${value.replaceAll("TOKEN", owner.access_token)}`])).toBe(401);
  });

  test("b.12 c.13 a token in the query, a cookie, the body or another header is not accepted", async () => {
    expect(await statusOf([], `${mePath}?token=${owner.access_token}`)).toBe(401);
    // RFC 6750 names this parameter, so its use is a mistake worth telling.
    expect(await statusOf([], `${mePath}?access_token=${owner.access_token}`)).toBe(400);
    expect(await statusOf([`Authorization: Bearer ${owner.access_token}`], `${mePath}?access_token=${owner.access_token}`)).toBe(400);
    expect(await statusOf([`Cookie: access_token=${owner.access_token}; token=${owner.access_token}`])).toBe(401);
    expect(await statusOf([`X-Api-Key: ${owner.access_token}`, `X-Access-Token: ${owner.access_token}`])).toBe(401);
  });

  test("b.10 a token in the body beside the one in the header is refused, and does nothing", async () => {
    const path = "/api/v1/auth/logout-all";
    const form = { body: `access_token=${owner.access_token}`, headers: { "content-type": "application/x-www-form-urlencoded" } };
    expect((await program.send("POST", path, { ...form, token: owner.access_token })).status).toBe(415);
    expect((await program.send("POST", path, { json: { access_token: owner.access_token }, token: owner.access_token })).status).toBe(422);
    expect((await program.send("POST", path, { json: { access_token: owner.access_token } })).status).toBe(401);
    expect((await program.me(owner.access_token)).status).toBe(200);
  });

  test("c.10 100 kB of token: 431 and closed", async () => {
    const { responses, closed } = await raw([`Authorization: Bearer ${"x".repeat(100_000)}`]);
    expect(responses.map((r) => r.status)).toEqual([431]);
    expect(closed).toBe(true);
  });

  test("b.11 no token: 401 with a plain challenge", async () => {
    const reply = await program.me();
    expect(reply.status).toBe(401);
    expect(problemType(reply)).toBe("unauthenticated");
    expect(reply.headers["www-authenticate"]).toMatch(/^Bearer\b/);
    expect(reply.headers["www-authenticate"]).not.toContain("error");
  });

  test("a.43 X-User-Id and the like make nobody", async () => {
    expect(await statusOf([`X-User-Id: ${owner.user.id}`, `X-Forwarded-User: ${owner.user.email}`, "Remote-User: admin"])).toBe(401);
  });
});

test("b.18 a token of one installation opens no other", async () => {
  const other = await Program.start();
  try {
    const stranger = await other.account(newEmail(), newPassword());
    expectRefused(await program.me(stranger.access_token));
    expectRefused(await other.me(owner.access_token));
    expect(decodeProtectedHeader(stranger.access_token)).toEqual(goodHeader);
  } finally {
    await other.stop();
  }
});

test("JWT_EXPIRE_MINUTES=1: expires_in says so, and the token's claims too", async () => {
  const short = await Program.start({ settings: { JWT_EXPIRE_MINUTES: "1" } });
  const made = await short.account(newEmail(), newPassword());
  expect(made.expires_in).toBe(60);
  const { exp = 0, iat = 0 } = decodeJwt(made.access_token);
  expect(exp - iat).toBe(60);
  await short.stop();
});
