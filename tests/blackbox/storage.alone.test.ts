/** The database gone, hanging, locked; the disk full: a quick 503 or 507, nothing half done, and back to work by itself. */
import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { chatPath, fileOf, importFile } from "./support/conversations";
import { canHaveSmallDisks, SmallDisk } from "./support/disk";
import { isRoot, newEmail, wantedDatabases } from "./support/environment";
import { newAdmin, newMember, signedInAgain } from "./support/people";
import { Postgres } from "./support/postgres";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { WriteLock } from "./support/writeLock";
import { until } from "./support/until";

interface Timed {
  reply: Reply;
  milliseconds: number;
}
async function timed(ask: () => Promise<Reply>): Promise<Timed> {
  const started = performance.now();
  const reply = await ask();
  return { reply, milliseconds: performance.now() - started };
}

function expectUnavailable({ reply, milliseconds }: Timed, within: number): void {
  expect(reply.status, reply.text).toBe(503);
  expect(reply.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
  expect(reply.text).not.toMatch(/postgres|sqlite|socket|127\.0\.0\.1|\.db|SELECT|INSERT/i);
  expect(milliseconds).toBeLessThan(within);
}

const onPostgres = wantedDatabases.includes("postgresql");
const onSqlite = wantedDatabases.includes("sqlite");

test.runIf(onPostgres)("a.49 c.78 PostgreSQL is killed: 503 fast, health says so, and all is well when it is back", { timeout: 90_000 }, async () => {
  const postgres = await Postgres.start();
  const installation = await Installation.create("postgresql", { postgresPort: postgres.port });
  const program = await Program.start({ installation });
  try {
    const email = newEmail();
    const password = newPassword();
    const { access_token } = await program.account(email, password);
    for (let round = 0; round < 2; round += 1) {
      await postgres.kill();
      await expect.poll(async () => (await program.send("GET", "/health/ready")).status, { timeout: 8000 }).toBe(503);
      expect((await program.send("GET", "/health")).json).toMatchObject({ status: "unavailable", checks: { database: "unavailable" } });
      expect((await program.send("GET", "/health/live")).status).toBe(200);
      // The identity table may still know; after a second it must not answer from memory.
      await expect.poll(async () => (await program.me(access_token)).status, { timeout: 3000 }).toBe(503);
      expectUnavailable(await timed(async () => await program.register(newEmail(), newPassword())), 2500);
      expectUnavailable(await timed(async () => await program.login(email, password)), 2500);
      expectUnavailable(await timed(async () => await program.me(access_token)), 2500);
      const burst = await Promise.all(Array.from({ length: 100 }, async () => await timed(async () => await program.login(email, password))));
      for (const one of burst) expectUnavailable(one, 10_000);
      await postgres.launch();
      await expect.poll(async () => (await program.send("GET", "/health/ready")).status, { timeout: 15_000 }).toBe(200);
      expect((await program.me(access_token)).status).toBe(200);
      expect((await program.login(email, password)).status).toBe(200);
      await program.account(newEmail(), newPassword());
    }
    await program.stop();
  } finally {
    await postgres.remove();
    installation.remove();
  }
});

test.runIf(onPostgres)("c.78 PostgreSQL hangs: 503 within the statement's time, the program stays alive and ends when asked", { timeout: 90_000 }, async () => {
  const postgres = await Postgres.start();
  const installation = await Installation.create("postgresql", { postgresPort: postgres.port });
  const program = await Program.start({ installation });
  try {
    const email = newEmail();
    await program.account(email, newPassword());
    postgres.freeze();
    const asked = await Promise.all([
      timed(async () => await program.register(newEmail(), newPassword())),
      timed(async () => await program.login(email, "some wrong password")),
    ]);
    for (const one of asked) expectUnavailable(one, 15_000);
    const alive = await timed(async () => await program.send("GET", "/health/live"));
    expect(alive.reply.status).toBe(200);
    expect(alive.milliseconds).toBeLessThan(200);
    postgres.thaw();
    await expect.poll(async () => (await program.send("GET", "/health/ready")).status, { timeout: 20_000 }).toBe(200);
    await program.account(newEmail(), newPassword());
    await program.stop();
  } finally {
    postgres.thaw();
    await postgres.remove();
    installation.remove();
  }
});

test.runIf(onSqlite)("c.78 another process holds SQLite's write lock: 503 in time, reading goes on, writing comes back", { timeout: 60_000 }, async () => {
  const program = await Program.start();
  const email = newEmail();
  const password = newPassword();
  const { access_token } = await program.account(email, password);
  const lock = await WriteLock.take(program.installation.databaseFile);
  expectUnavailable(await timed(async () => await program.register(newEmail(), newPassword())), 12_000);
  expect((await program.me(access_token)).status).toBe(200);
  // A sign-in is a row and an entry in the log: it is refused like every other write, and who is signed in already goes on.
  expectUnavailable(await timed(async () => await program.login(email, password)), 12_000);
  const read = await timed(async () => await program.send("GET", `${apiBase}/auth/sessions`, { token: access_token }));
  expect(read.reply.status).toBe(200);
  expect(read.milliseconds).toBeLessThan(2000);
  await lock.release();
  await program.account(newEmail(), newPassword());
  expect((await program.login(email, password)).status).toBe(200);
  expect(await program.installation.query("PRAGMA integrity_check")).toBe("ok");
  await program.stop();
});

/** Registers until something else than 201 comes back; returns who got in and what came back. */
async function registerUntilRefused(program: Program): Promise<{ stored: string[]; refused: Reply }> {
  const stored: string[] = [];
  for (let i = 0; i < 3000; i += 1) {
    const emails = Array.from({ length: 8 }, () => newEmail());
    const replies = await Promise.all(emails.map(async (email) => await program.register(email, newPassword())));
    emails.forEach((email, at) => {
      if (replies[at]?.status === 201) stored.push(email);
    });
    const refused = replies.find((reply) => reply.status !== 201);
    if (refused !== undefined) return { stored, refused };
  }
  throw new Error("the disk never became full");
}

async function expectFullThenRecovered(program: Program, free: () => void): Promise<void> {
  const first = newEmail();
  const password = newPassword();
  const { access_token } = await program.account(first, password);
  const { stored, refused } = await registerUntilRefused(program);
  expect([503, 507], refused.text).toContain(refused.status);
  expect(["storage-full", "unavailable"]).toContain(problemType(refused));
  for (let i = 0; i < 5; i += 1) expect([503, 507]).toContain((await program.register(newEmail(), newPassword())).status);
  expect((await program.me(access_token)).status).toBe(200);
  // A sign-in is a row and an entry in the log: nobody is let in who could not be written down (OpenBao CVE-2026-115357). A
  // small one may still find room where a registration does not.
  expect([200, 503, 507]).toContain((await program.login(first, password)).status);
  free();
  await expect.poll(async () => (await program.register(newEmail(), newPassword())).status, { timeout: 10_000 }).toBe(201);
  expect((await program.login(first, password)).status).toBe(200);
  const rows = new Set((await program.installation.query("SELECT email FROM users")).split("\n"));
  expect([...stored, first].filter((email) => !rows.has(email))).toEqual([]);
  expect(rows.size).toBe(stored.length + 2);
  expect(await program.installation.query("PRAGMA integrity_check")).toBe("ok");
}

/** Bytes in which a few dozen accounts, with their entries in the log and SQLite's own write-ahead log, find room. */
const roomForSomeAccounts = 512 * 1024;

/** Notes of deletions that are not finished. */
const notesOf = (installation: Installation): string[] => readdirSync(installation.dataFolder).filter((name) => name.includes(".erasing-"));

test.runIf(canHaveSmallDisks && onSqlite)("c.77 the disk is full: 507 or 503, nothing acknowledged is lost, and it recovers by itself", { timeout: 120_000 }, async () => {
  const disk = new SmallDisk(8);
  try {
    const installation = await Installation.create("sqlite", { dataFolder: disk.makeDataFolder() });
    const program = await Program.start({ installation });
    disk.fill(roomForSomeAccounts);
    await expectFullThenRecovered(program, () => disk.free());
    await program.stop();
    installation.remove();
  } finally {
    disk.remove();
  }
});

// Conversations are what one account may have without end: what they leave free is for those who end its access.
test.runIf(canHaveSmallDisks && onSqlite)("c.77 a member who fills the disk leaves room for logouts, deletions and administrators", { timeout: 120_000 }, async () => {
  const disk = new SmallDisk(256);
  try {
    const installation = await Installation.create("sqlite", { dataFolder: disk.makeDataFolder() });
    const program = await Program.start({ installation });
    const admin = await newAdmin(program);
    const [mallory, victim] = [await newMember(program), await newMember(program)];
    // Of what is left, 13 MB are kept: a twentieth of the disk.
    disk.fill(40 * 1024 * 1024);
    const content = "gold and oil ".repeat(2000);
    const file = (): unknown => fileOf(Array.from({ length: 20 }, (_, i) => ({ title: `${i}`, messages: Array.from({ length: 20 }, () => ({ role: "user", content })) })));
    let brought = await importFile(program, mallory.token, file());
    for (let i = 0; brought.status === 200 && i < 20; i += 1) brought = await importFile(program, mallory.token, file());
    expect([brought.status, problemType(brought)]).toEqual([507, "storage-full"]);
    expect((await program.send("POST", `${chatPath}/new`, { token: victim.token })).status).toBe(507);
    // What must not fail, many times over: it takes a fraction of what is kept.
    for (let i = 0; i < 10; i += 1) {
      const again = await signedInAgain(program, victim);
      expect((await program.send("POST", `${apiBase}/auth/logout`, { token: again })).status).toBe(204);
    }
    const theirs = `${apiBase}/admin/users/${mallory.id}`;
    expect((await program.send("PATCH", theirs, { token: admin.token, json: { is_active: false } })).status).toBe(200);
    expect((await program.me(mallory.token)).status).toBe(401);
    expect((await installation.command(["admin", "end-sessions", victim.email])).code).toBe(0);
    expect((await program.send("DELETE", theirs, { token: admin.token })).status).toBe(204);
    expect(await installation.query("PRAGMA integrity_check")).toBe("ok");
    await program.stop();
    installation.remove();
  } finally {
    disk.remove();
  }
});

test.runIf(onSqlite)("c.77 a file may not grow any more (RLIMIT_FSIZE): 507 or 503, the program lives, and recovers", { timeout: 120_000 }, async () => {
  const program = await Program.start();
  execFileSync("prlimit", ["--pid", String(program.pid), "--fsize=300000:unlimited"]);
  await expectFullThenRecovered(program, () => {
    execFileSync("prlimit", ["--pid", String(program.pid), "--fsize=unlimited:unlimited"]);
  });
  await program.stop();
});

test.runIf(isRoot && onSqlite)("c.79 the disk says that nothing was written (fsync fails): 503, no row, and back to work when it can", { timeout: 120_000 }, async () => {
  const installation = await Installation.create();
  let program = await Program.start({ installation });
  const stored = [newEmail()];
  const { access_token } = await program.account(stored[0] as string, newPassword());
  const refused = [newEmail(), newEmail(), newEmail()];

  const calls = "fsync,fdatasync,sync_file_range";
  const spoiler = spawn("strace", ["-f", "-p", String(program.pid), "-e", `trace=${calls}`, "-e", `inject=${calls}:error=EIO`, "-o", "/dev/null"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  spoiler.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const gone = new Promise((resolve) => spoiler.once("close", resolve));
  await until("the program's calls are spoilt", () => said.includes("attached"));
  for (const email of refused) {
    const reply = await program.register(email, newPassword());
    expect([503, 507], reply.text).toContain(reply.status);
    expect((await program.send("GET", "/health/live")).status).toBe(200);
  }
  expect([503, 507]).toContain((await program.send("DELETE", `${apiBase}/auth/me`, { token: access_token })).status);
  spoiler.kill("SIGTERM");
  await gone;

  // A deletion whose note cannot be made sure of is none, and leaves no note.
  expect(notesOf(installation)).toEqual([]);

  stored.push(newEmail());
  await program.account(stored[1] as string, newPassword());
  const rows = async (): Promise<string[]> => (await installation.query("SELECT email FROM users")).split("\n").sort();
  expect(await rows()).toEqual([...stored].sort());
  await program.kill();
  program = await Program.start({ installation });
  expect(await rows()).toEqual([...stored].sort());
  expect(await installation.query("PRAGMA integrity_check")).toBe("ok");
  await program.stop();
  installation.remove();
});
