/** Too much of everything: connections, descriptors, sign-ins; and an end in the middle of it. */
import type { Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import * as raw from "./support/raw";
import { exchange, open, split } from "./support/raw";
import { commandLine, openDescriptors, processorSeconds, residentMegabytes } from "./support/process";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** They are closed after the test. */
async function openMany(port: number, count: number, from?: string): Promise<Socket[]> {
  const opened = await raw.openMany(port, count, from);
  sockets.push(...opened);
  return opened;
}

const live = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

async function answerOn(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0);
  socket.on("data", (part) => (received = Buffer.concat([received, part])));
  socket.write(live);
  await until("an answer", () => split(received).responses.length > 0, 10_000);
  return split(received).responses[0]?.status ?? 0;
}

test("c.81 a descriptor limit of 64: accepting pauses without burning a core, and goes on", { timeout: 60_000 }, async () => {
  const program = await Program.start({ wrapper: ["prlimit", "--nofile=64:64"] });
  const many = await openMany(program.port, 150);
  await until("the descriptors are used up", () => openDescriptors(program.pid) >= 62);
  const used = processorSeconds(program.pid);
  const started = Date.now();
  expect(await answerOn(many[0] as Socket)).toBe(200);
  await until("a second has gone by", () => Date.now() - started > 1000);
  expect(processorSeconds(program.pid) - used).toBeLessThan(0.3);
  expect(program.log.split("\n").length).toBeLessThan(200);
  for (const socket of many) socket.destroy();
  await until("the descriptors are free again", () => openDescriptors(program.pid) < 50);
  for (let i = 0; i < 5; i += 1) expect((await program.send("GET", "/health", { ownConnection: true })).status).toBe(200);
  const { user } = await program.account(newEmail(), newPassword());
  expect(user.is_active).toBe(true);
  await program.stop();
});

test("c.71 512 connections of one address are served; the next is told to come back; other addresses are not concerned", { timeout: 60_000 }, async () => {
  const program = await Program.start();
  const many = await openMany(program.port, 512);
  expect(await answerOn(many[511] as Socket)).toBe(200);
  const { responses, closed } = await exchange(program.port, live);
  expect(closed).toBe(true);
  expect(responses.map((r) => r.status)).toEqual([503]);
  const [other] = await openMany(program.port, 1, "127.0.0.2");
  expect(await answerOn(other as Socket)).toBe(200);
  for (const socket of many.slice(0, 50)) socket.destroy();
  await expect.poll(async () => (await exchange(program.port, live)).responses[0]?.status, { timeout: 5000 }).toBe(200);
  await program.stop();
});

test("10,000 connections: memory stays bounded, one more waits, and is served when another ends", { timeout: 90_000 }, async () => {
  const program = await Program.start();
  const before = residentMegabytes(program.pid);
  const all: Socket[] = [];
  for (let i = 0; i < 20; i += 1) all.push(...(await openMany(program.port, 500, `127.0.1.${i + 1}`)));
  await until("all are accepted", () => openDescriptors(program.pid) > 10_000, 30_000);
  const after = residentMegabytes(program.pid);
  console.log(`10,000 idle connections: ${before.toFixed(0)} MB → ${after.toFixed(0)} MB`);
  expect(after - before).toBeLessThan(300);
  expect(await answerOn(all[9999] as Socket)).toBe(200);
  const [waiting] = await openMany(program.port, 1, "127.0.2.1");
  const answer = answerOn(waiting as Socket);
  all[0]?.destroy();
  all[1]?.destroy();
  all[2]?.destroy();
  expect(await answer).toBe(200);
  for (const socket of all) socket.destroy();
  await until("all are gone", () => openDescriptors(program.pid) < 100, 30_000);
  await program.stop();
});

test("a.42 c.28 200 sign-ins at once: health answers in less than 100 ms, and every sign-in gets an answer", { timeout: 150_000 }, async () => {
  const program = await Program.start({ settings: { TRUSTED_PROXIES: "127.0.0.1" } });
  // Four at a time are what the throttle lets an account do.
  const password = newPassword();
  const emails = Array.from({ length: 50 }, () => newEmail());
  for (const email of emails) await program.account(email, password);
  let pending = 200;
  const logins = Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const out = { json: { email: emails[i % 50], password }, headers: { "x-forwarded-for": `192.0.2.${i}` }, timeout: 140_000 };
      const reply = await program.send("POST", "/api/v1/auth/login", out).finally(() => (pending -= 1));
      if (reply.status !== 200) expect(reply.headers["retry-after"]).toMatch(/^\d+$/);
      return reply.status;
    }),
  );
  const times: number[] = [];
  while (pending > 20) {
    const started = performance.now();
    expect((await program.send("GET", "/health", { ownConnection: true })).status).toBe(200);
    times.push(performance.now() - started);
  }
  const statuses = await logins;
  times.sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(20);
  console.log(`health during 200 sign-ins: median ${times[times.length >> 1]?.toFixed(1)} ms, p95 ${times[Math.floor(times.length * 0.95)]?.toFixed(1)} ms`);
  expect(times[Math.floor(times.length * 0.95)]).toBeLessThan(100);
  expect(statuses.filter((s) => ![200, 429, 503].includes(s))).toEqual([]);
  expect(statuses.filter((s) => s === 200).length).toBeGreaterThan(0);
  await program.stop();
});

describe.each(wantedDatabases)("c.82 SIGTERM on %s", (database) => {
  test("under load: ends within 10 s, exit 0, what was answered with 201 is there", { timeout: 150_000 }, async () => {
    const installation = await Installation.create(database);
    const program = await Program.start({ installation });
    const answered: string[] = [];
    let stopping = false;
    const broken: string[] = [];
    const client = async (): Promise<void> => {
      while (!stopping || program.isRunning) {
        const email = newEmail();
        try {
          const reply = await program.register(email, newPassword());
          if (reply.status === 201) answered.push(email);
          else if (reply.status !== 503) broken.push(`${reply.status} ${reply.text}`);
        } catch (error) {
          // A connection that is refused or cut before an answer is how an ending server looks; before that it is a fault.
          if (!stopping) broken.push(String(error));
          return;
        }
      }
    };
    const clients = Array.from({ length: 30 }, client);
    await until("work is being done", () => answered.length > 20, 100_000);
    const idle = await openMany(program.port, 20);
    const halfway = await open(program.port);
    sockets.push(halfway);
    halfway.write("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
    stopping = true;
    const started = Date.now();
    program.signal("SIGTERM");
    const end = await program.ended;
    const took = Date.now() - started;
    console.log(`${database}: ended ${took} ms after SIGTERM, with ${answered.length} accounts`);
    await Promise.all(clients);
    expect(end).toEqual({ code: 0, signal: null });
    expect(took).toBeLessThan(11_000);
    expect(broken).toEqual([]);
    const stored = new Set((await installation.query("SELECT email FROM users")).split("\n"));
    expect(answered.filter((email) => !stored.has(email))).toEqual([]);
    expect(idle).toHaveLength(20);
    installation.remove();
  });

  test("idle: at once, and SIGINT too", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const program = await Program.start({ database });
      await openMany(program.port, 5);
      expect((await program.send("GET", "/health")).status).toBe(200);
      const started = Date.now();
      program.signal(signal);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(Date.now() - started).toBeLessThan(1500);
      program.installation.remove();
    }
  });
});

test("c.85 the command line holds no secret", async () => {
  const program = await Program.start({ settings: { JWT_SECRET_KEY: "Zk3vQ9x1Lr7TnW5sYb2Hc8Jd4Fg6Mp0a" } });
  expect(commandLine(program.pid)).not.toContain("Zk3vQ9");
  await program.stop();
});
