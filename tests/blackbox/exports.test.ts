/** What is made while it is sent ends with whoever may have it: a session that ends, a token that is revoked, an account that is closed. */
import { randomBytes } from "node:crypto";
import http from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { usersPath } from "./support/administration";
import { issuedOf } from "./support/client";
import { apiBase } from "./support/contract";
import { chatPath, fileOf, importFile } from "./support/conversations";
import { wantedDatabases } from "./support/environment";
import { newAdmin, newMember, type Person } from "./support/people";
import { Installation, Program } from "./support/program";

const auth = `${apiBase}/auth`;
const messageSize = 262_144;
const inFile = 60;
const files = 2;

interface Reading {
  bytes: number;
  complete: boolean;
}

/** Reads an answer slowly; does something once a megabyte is there, and reads on. */
async function readSlowly(program: Program, path: string, token: string, then: () => Promise<void>): Promise<Reading> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port: program.port, path, headers: { authorization: `Bearer ${token}` }, agent: false }, resolve);
    request.once("error", reject);
    request.end();
  });
  expect(response.statusCode).toBe(200);
  let bytes = 0;
  let isDone = false;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > 1_000_000 && !isDone) {
        isDone = true;
        await then();
      }
      await pause(10);
    }
  } catch {
    // The connection was cut; `complete` tells.
  }
  return { bytes, complete: response.complete };
}

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let admin: Person;
  beforeAll(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    admin = await newAdmin(program);
  });
  afterAll(async () => {
    await program.stop();
    installation.remove();
  });

  /** Much more than the buffers of a connection hold, and nothing that a zip makes small. */
  async function newWriter(): Promise<Person> {
    const person = await newMember(program);
    for (let i = 0; i < files; i += 1) {
      const messages = Array.from({ length: inFile }, () => ({ role: "user", content: randomBytes(messageSize / 2).toString("hex") }));
      const done = await importFile(program, person.token, fileOf([{ messages }]));
      expect(done.status, done.text.slice(0, 500)).toBe(200);
    }
    return person;
  }
  const whole = messageSize * inFile * files;

  const ends: [string, string, (person: Person) => Promise<{ token: string; end: () => Promise<unknown> }>][] = [
    ["a sign-out", `${chatPath}/export`, async (person) => ({ token: person.token, end: async () => await program.send("POST", `${auth}/logout-all`, { token: person.token, json: {} }) })],
    ["a sign-out", `${auth}/export`, async (person) => ({ token: person.token, end: async () => await program.send("POST", `${auth}/logout-all`, { token: person.token, json: {} }) })],
    [
      "a revoked token",
      `${chatPath}/export?format=markdown`,
      async (person) => {
        const made = issuedOf(await program.send("POST", `${auth}/tokens`, { token: person.token, json: { name: "a script", scopes: ["chat:read"] } }));
        return { token: made.token, end: async () => await program.send("DELETE", `${auth}/tokens/${made.personal_token.id}`, { token: person.token }) };
      },
    ],
    ["an account that is closed", `${chatPath}/export`, async (person) => ({ token: person.token, end: async () => await program.send("PATCH", `${usersPath}/${person.id}`, { token: admin.token, json: { is_active: false } }) })],
  ];

  test.each(ends)("%s cuts %s within a second", async (_what, path, begin) => {
    const person = await newWriter();
    const { token, end } = await begin(person);
    const read = await readSlowly(program, path, token, async () => {
      const done = (await end()) as { status: number; text: string };
      expect([200, 204], done.text).toContain(done.status);
    });
    expect(read.complete).toBe(false);
    // What the connection held already comes still; at this pace all of it would take more than five seconds.
    expect(read.bytes).toBeLessThan(whole / 2);
  });

  test("one that may go on is whole, however long it takes", async () => {
    const person = await newWriter();
    const read = await readSlowly(program, `${chatPath}/export`, person.token, async () => {});
    expect(read.complete).toBe(true);
    expect(read.bytes).toBeGreaterThan(whole);
  });
});
