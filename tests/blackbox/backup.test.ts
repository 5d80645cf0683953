/** kontor backup and kontor restore: the drill, and everything that must not be restored. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { issuedOf, signedInOf } from "./support/client";
import { newEmail, programFile, wantedDatabases } from "./support/environment";
import { expectedUsers, openVault, sampleFolder, type ExpectedUser } from "./support/legacy";
import { Installation, Program, runProgram, setupTokenIn, type CommandResult } from "./support/program";
import { newPassword, plant } from "./support/secrets";
import { until } from "./support/until";

describe.runIf(wantedDatabases.includes("sqlite"))("on sqlite", () => {
  let from: Installation;
  let to: Installation;
  beforeEach(async () => {
    from = await Installation.create("sqlite");
    to = await Installation.create("sqlite");
  });
  afterEach(() => {
    from.remove();
    to.remove();
  });

  const run = async (at: Installation, ...args: string[]): Promise<CommandResult> =>
    await runProgram(args, { env: at.environment(), cwd: at.folder, timeout: 60_000 });
  const good = async (at: Installation, ...args: string[]): Promise<string> => {
    const done = await run(at, ...args);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    return done.stdout;
  };
  const file = (): string => path.join(from.folder, "kontor.backup");
  const passphraseFile = (text: string): string => {
    const name = path.join(from.folder, "passphrase");
    writeFileSync(name, text);
    return name;
  };
  const alice = expectedUsers[0] as ExpectedUser;

  /** A server that takes registrations all the time while `during` runs. All that were answered before `during`, and the rest. */
  const underWrites = async (program: Program, during: () => Promise<void>): Promise<{ before: Map<string, string>; all: Map<string, string> }> => {
    const all = new Map<string, string>();
    let ends = false;
    const client = async (): Promise<void> => {
      while (!ends) {
        const email = newEmail();
        const password = newPassword();
        const reply = await program.register(email, password);
        expect(reply.status).toBe(201);
        all.set(email, password);
      }
    };
    const clients = Promise.all([client(), client(), client()]);
    await until("some are registered", () => all.size >= 12);
    const before = new Map(all);
    await during();
    const whileItRan = all.size;
    await until("writes go on", () => all.size > whileItRan);
    ends = true;
    await clients;
    return { before, all };
  };

  test("c.18 the drill: under writes, restored elsewhere, everything that was answered before is there", { timeout: 120_000 }, async () => {
    await good(from, "import", "legacy", sampleFolder);
    // Where a model is and how it is called stands in the settings, which are no secret.
    for (const user of expectedUsers)
      for (const [name, value] of Object.entries(user.secrets)) if (/_(api_key|api_secret|passphrase)$/.test(name)) plant(value);
    const program = await Program.start({ installation: from });
    const { access_token } = signedInOf(await program.login(alice.email, alice.password));
    const { before } = await underWrites(program, async () => {
      const said = await good(from, "backup", file());
      expect(said).toMatch(/app\.db {2}\d+ bytes\n {2}jwt\.key {2}\d+ bytes\n/);
      expect(said).toMatch(/key of the vault is not in it/);
    });
    await program.stop();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(from.dataFolder).filter((name) => name.includes("backup"))).toEqual([]);

    const told = await good(to, "restore", file());
    expect(told).toMatch(/restored what was backed up at/);
    expect(await to.query("PRAGMA integrity_check")).toBe("ok");
    // The log of what was restored says so, and by which backup; doctor finds its chain whole below.
    const entry = await to.query("SELECT detail FROM audit_log WHERE action = 'backup.restored' AND address = 'console' AND actor_id IS NULL");
    expect(told).toContain(`backed up at ${(JSON.parse(entry) as { made_at: string }).made_at}:`);
    expect(await from.query("SELECT COUNT(*) FROM audit_log WHERE action = 'backup.restored'")).toBe("0");
    const restored = await Program.start({ installation: to });
    for (const [email, password] of [...before].slice(-4)) expect((await restored.login(email, password)).status).toBe(200);
    const stored = new Set((await to.query("SELECT email FROM users")).split("\n"));
    for (const email of before.keys()) expect(stored).toContain(email);
    // Signed in at the time of the backup, and who knows what was revoked since (c.18).
    expect((await restored.me(access_token)).status).toBe(401);
    expect(signedInOf(await restored.login(alice.email, alice.password)).user.id).toBe(alice.id);

    // Without the key of the vault everything works but the vault, which says what it needs.
    const refused = await run(to, "export", "legacy", path.join(to.folder, "none"));
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/The vault needs key [0-9a-f]{16}/);
    expect(existsSync(path.join(to.dataFolder, "vault.key"))).toBe(false);
    await restored.stop();

    writeFileSync(path.join(to.dataFolder, "vault.key"), readFileSync(path.join(from.dataFolder, "vault.key")), { mode: 0o600 });
    const out = path.join(to.folder, "out");
    await good(to, "export", "legacy", out);
    expect(openVault(out)[`user_${alice.id}_bitget_api_secret`]).toBe(alice.secrets["bitget_api_secret"]);
    expect((await run(to, "doctor", "--offline")).code).toBe(0);
    rmSync(out, { recursive: true });
  });

  test("sealed and with the key: nothing is readable without the passphrase, everything opens with it", async () => {
    await good(from, "import", "legacy", sampleFolder);
    const key = passphraseFile("correct horse battery staple\n");
    const said = await good(from, "backup", file(), "--with-key", "--passphrase-file", key);
    expect(said).toContain("vault.key");
    const bytes = readFileSync(file());
    for (const text of ["alice@example.com", "SQLite format 3", readFileSync(path.join(from.dataFolder, "vault.key"), "utf8").trim().slice(-20)])
      expect(bytes.includes(text), text).toBe(false);

    expect((await run(to, "restore", file())).stderr).toMatch(/sealed with a passphrase/);
    const wrong = path.join(from.folder, "wrong");
    writeFileSync(wrong, "correct horse battery stapler");
    expect((await run(to, "restore", file(), "--passphrase-file", wrong)).stderr).toMatch(/passphrase does not open/);
    expect(readdirSync(to.dataFolder).filter((name) => name !== "kontor.lock")).toEqual([]);
    await good(to, "restore", file(), "--passphrase-file", key);
    for (const name of ["app.db", "jwt.key", "vault.key"]) expect(statSync(path.join(to.dataFolder, name)).mode & 0o777, name).toBe(0o600);
    const out = path.join(to.folder, "out");
    await good(to, "export", "legacy", out);
    expect(openVault(out)[`user_${alice.id}_bitget_passphrase`]).toBe(alice.secrets["bitget_passphrase"]);
  });

  test("a backup that is damaged or cut off restores nothing", async () => {
    await good(from, "import", "legacy", sampleFolder);
    await good(from, "backup", file());
    const whole = readFileSync(file());
    for (const [name, spoil] of [
      ["a bit", (): void => writeFileSync(file(), whole.map((byte, i) => (i === Math.floor(whole.length / 2) ? byte ^ 1 : byte)))],
      ["the end", (): void => truncateSync(file(), whole.length - 1)],
      ["half", (): void => truncateSync(file(), Math.floor(whole.length / 2))],
      ["all", (): void => writeFileSync(file(), "")],
    ] as const) {
      spoil();
      const done = await run(to, "restore", file());
      expect(done.code, name).toBe(1);
      expect(done.stderr, name).toMatch(/damaged|cut off|no backup/);
      expect(readdirSync(to.dataFolder).filter((entry) => entry !== "kontor.lock"), name).toEqual([]);
      writeFileSync(file(), whole);
    }
    await good(to, "restore", file());
  });

  /** Runs under strace until the system call of this number, which ends it; false when it ended before that. */
  const endedAt = async (at: Installation, calls: string, signal: string, number: number, ...args: string[]): Promise<boolean> => {
    const inject = ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", `inject=${calls}:signal=${signal}:when=${number}`];
    const child = spawn("strace", [...inject, programFile, ...args], { env: at.environment(), cwd: at.folder, stdio: "ignore" });
    const [code] = (await once(child, "close")) as [number | null];
    return code !== 0;
  };
  const partsOf = (folder: string): string[] => readdirSync(folder).filter((name) => /partial|restoring|before-backup/.test(name));

  test("several at once: whatever says that it is done can be restored", { timeout: 120_000 }, async () => {
    await good(from, "import", "legacy", sampleFolder);
    const names = Array.from({ length: 12 }, (_, i) => `${file()}.${i}`);
    let done = 0;
    for (let i = 0; i < names.length; i += 4) {
      const some = names.slice(i, i + 4);
      const ends = await Promise.all(some.map(async (name) => await run(from, "backup", name)));
      for (const [j, name] of some.entries()) {
        const end = ends[j] as CommandResult;
        if (end.code !== 0) expect(end.stderr).toMatch(/^kontor: Another backup of .* is being made\. Wait/);
        expect(existsSync(name), name).toBe(end.code === 0);
        if (end.code !== 0) continue;
        done += 1;
        rmSync(to.dataFolder, { recursive: true, force: true });
        await good(to, "restore", name);
        expect(await to.query("SELECT COUNT(*) FROM users")).toBe(String(expectedUsers.length));
      }
    }
    expect(done).toBeGreaterThan(2);
    expect(partsOf(from.dataFolder)).toEqual([]);
  });

  test("c.18 what was used or taken back before the restore stays so: links, a change of the address, mails that wait", { timeout: 120_000 }, async () => {
    const program = await Program.start({ installation: from, settings: { ADMIN_EMAIL: "root@example.com" } });
    const first = await program.setupToken();
    const email = newEmail();
    await program.account(email, newPassword());
    const linkOf = async (at: Installation, act: string): Promise<string> => setupTokenIn(await good(at, "admin", act, email));
    const setup = await linkOf(from, "setup-link");
    const reset = await linkOf(from, "reset-link");
    await from.query(
      "INSERT INTO mail_outbox (id, sealed, attempts, created_at, gives_up_at, next_try_at) VALUES ('00000000-0000-4000-8000-000000000000', 'x', 0, 1, 2, 3)",
    );
    await good(from, "backup", file());
    await program.stop();
    await good(to, "restore", file());
    for (const table of ["one_time_links", "mail_outbox"]) expect(await to.query(`SELECT COUNT(*) FROM ${table}`), table).toBe("0");
    const restored = await Program.start({ installation: to });
    for (const token of [first, setup, reset])
      expect((await restored.send("POST", "/api/v1/auth/setup", { json: { token, password: newPassword() } })).status).toBe(404);
    // Who has no other way in gets another link.
    expect((await restored.send("POST", "/api/v1/auth/setup", { json: { token: await linkOf(to, "setup-link"), password: newPassword() } })).status).toBe(200);
    await restored.stop();
  });

  test("an unsealed one in place of a sealed one is refused", async () => {
    await good(from, "import", "legacy", sampleFolder);
    const key = passphraseFile("correct horse battery staple\n");
    await good(from, "backup", file());
    const refused = await run(to, "restore", file(), "--passphrase-file", key);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is not sealed, although a passphrase was given/);
    expect(existsSync(path.join(to.dataFolder, "app.db"))).toBe(false);
  });

  test("--with-key puts in the key that opens it, or says why not", async () => {
    await good(from, "import", "legacy", sampleFolder);
    const own = path.join(from.dataFolder, "vault.key");
    const mine = path.join(from.folder, "mine");
    writeFileSync(mine, readFileSync(own), { mode: 0o600 });
    const elsewhere = await runProgram(["backup", file(), "--with-key"], { env: from.environment({ VAULT_KEY_FILE: mine }), cwd: from.folder });
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stderr).toMatch(/VAULT_KEY_FILE.*keep a copy of it apart/);
    for (const [text, why] of [
      [`${Buffer.alloc(32, 7).toString("base64")}\n`, /open nothing.*The vault needs key/],
      ["none\n", /open nothing/],
      [undefined, /open nothing.*does not exist/],
    ] as const) {
      rmSync(own);
      if (text !== undefined) writeFileSync(own, text, { mode: 0o600 });
      const refused = await run(from, "backup", file(), "--with-key");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(why);
      expect(existsSync(file())).toBe(false);
      if (text === undefined) writeFileSync(own, readFileSync(mine), { mode: 0o600 });
    }
    await good(from, "backup", file(), "--with-key");
    await good(to, "restore", file());
    expect(await good(to, "vault", "status")).toMatch(/state {5}ready/);
  });

  test("a restore that is killed anywhere goes through the next time, and no server starts before", { timeout: 240_000 }, async () => {
    await good(from, "import", "legacy", sampleFolder);
    await good(from, "backup", file(), "--with-key");
    const calls = "unlink,fsync,pwrite64,renameat2";
    let refusals = 0;
    let number = 1;
    // Most of them are writes into the database; the ends of it are looked at one by one.
    for (; await endedAt(to, calls, "KILL", number, "restore", file()); number += number < 30 ? 3 : 1) {
      const [isBegun, isThere] = [partsOf(to.dataFolder).length > 0, existsSync(to.databaseFile)];
      if (isBegun && !isThere) {
        const served = await run(to, "serve");
        expect(served.code, String(number)).toBe(1);
        expect(served.stderr).toMatch(/restore into the data folder .* was interrupted .* Call kontor restore again/);
        expect((await run(to, "doctor", "--offline")).stdout).toMatch(/FAIL left over: .*restoring/);
        refusals += 1;
      }
      const again = await run(to, "restore", file());
      expect(again.code, again.stderr).toBe(isThere ? 1 : 0);
      expect(partsOf(to.dataFolder), String(number)).toEqual([]);
      expect(await to.query("SELECT COUNT(*) FROM users")).toBe(String(expectedUsers.length));
      rmSync(to.dataFolder, { recursive: true });
    }
    expect(refusals).toBeGreaterThan(3);
    expect(readdirSync(to.dataFolder).sort()).toEqual(["app.db", "jwt.key", "kontor.lock", "vault.key"]);
  });

  test("a backup that is ended from outside leaves nothing, and one that is killed nothing for long", { timeout: 240_000 }, async () => {
    await good(from, "import", "legacy", sampleFolder);
    for (const signal of ["INT", "TERM", "HUP"])
      for (let number = 1; await endedAt(from, "fsync,renameat2", signal, number, "backup", file()); number += 1) {
        expect([...partsOf(from.dataFolder), ...partsOf(from.folder)], `${signal} ${number}`).toEqual([]);
        rmSync(file(), { force: true });
      }
    rmSync(file(), { force: true });
    const copies = (): string[] => partsOf(from.dataFolder);
    let left = 0;
    for (let number = 1; await endedAt(from, "fsync,renameat2", "KILL", number, "backup", file()); number += 1) {
      rmSync(file(), { force: true });
      if (copies().length === 0) continue;
      left += 1;
      expect((await run(from, "doctor", "--offline")).stdout).toMatch(/FAIL left over: .*before-backup/);
      if (number % 2 === 0) await good(from, "backup", file());
      else await (await Program.start({ installation: from })).stop();
      expect(copies()).toEqual([]);
      rmSync(file(), { force: true });
    }
    expect(left).toBeGreaterThan(1);
    rmSync(file(), { force: true });
    writeFileSync(path.join(from.dataFolder, "vault.key.0123456789abcdef.new"), "", { mode: 0o600 });
    expect((await run(from, "doctor", "--offline")).stdout).toMatch(/FAIL left over: .*vault\.key\.0123456789abcdef\.new/);
  });

  test("on a new disk, where there are no links, and onto standard output", async () => {
    await good(from, "import", "legacy", sampleFolder);
    const without = async (at: Installation, ...args: string[]): Promise<number | null> => {
      const calls = "link,linkat";
      const child = spawn("strace", ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", `inject=${calls}:error=EPERM`, programFile, ...args], {
        env: at.environment(),
        cwd: at.folder,
        stdio: "ignore",
      });
      return ((await once(child, "close")) as [number | null])[0];
    };
    expect(await without(from, "backup", file())).toBe(0);
    expect(await without(to, "import", "legacy", sampleFolder)).toBe(0);
    rmSync(to.dataFolder, { recursive: true });
    mkdirSync(path.join(to.dataFolder, "lost+found"), { recursive: true });
    expect(await without(to, "restore", file())).toBe(0);
    expect((await run(from, "backup", "-")).stderr).toMatch(/not to standard output/);
  });

  test("never over a folder that holds something, never over a file, never with a passphrase that anybody guesses", async () => {
    await good(from, "import", "legacy", sampleFolder);
    await good(from, "backup", file());
    expect((await run(from, "backup", file())).stderr).toMatch(/There is a file .* already/);
    const refused = await run(from, "restore", file());
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is not empty/);
    mkdirSync(to.dataFolder, { recursive: true });
    writeFileSync(path.join(to.dataFolder, "notes.txt"), "mine");
    expect((await run(to, "restore", file())).stderr).toMatch(/is not empty \(notes\.txt\)/);
    expect((await run(from, "backup", `${file()}.2`, "--passphrase-file", passphraseFile("short\n"))).stderr).toMatch(/too short/);
    expect(existsSync(`${file()}.2`)).toBe(false);
    expect((await run(to, "backup", `${file()}.3`)).stderr).toMatch(/no database/);
  });
});

describe.each(wantedDatabases)("kontor admin end-all-sessions, on %s", (database) => {
  test("c.18 behind pg_restore: every session, token and link of everybody is dead, also beside a running server", async () => {
    const program = await Program.start({ database });
    const { installation } = program;
    const [email, password] = [newEmail(), newPassword()];
    const { access_token } = await program.account(email, password);
    const made = issuedOf(await program.send("POST", "/api/v1/auth/tokens", { token: access_token, json: { name: "x", scopes: ["account:read"] } }));
    const link = await installation.command(["admin", "setup-link", email]);
    const token = setupTokenIn(link.stdout);
    for (const bearer of [access_token, made.token]) expect((await program.me(bearer)).status).toBe(200);
    const ended = await installation.command(["admin", "end-all-sessions"]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/Everybody is signed out/);
    for (const bearer of [access_token, made.token])
      await until("it is dead", async () => (await program.me(bearer)).status === 401, 1000);
    expect((await program.send("POST", "/api/v1/auth/setup", { json: { token, password: newPassword() } })).status).toBe(404);
    expect(await installation.query("SELECT action, address FROM audit_log ORDER BY seq DESC LIMIT 1")).toBe("sessions.ended_all|console");
    expect((await program.login(email, password)).status).toBe(200);
    expect((await installation.command(["doctor", "--offline"])).code).toBe(0);
    await program.stop();
  });
});

describe.runIf(wantedDatabases.includes("postgresql"))("on postgresql", () => {
  test("the command says which tools to use", async () => {
    const installation = await Installation.create("postgresql");
    try {
      for (const args of [["backup", "x"], ["restore", "x"]]) {
        const done = await runProgram(args, { env: installation.environment(), cwd: installation.folder });
        expect(done.code).toBe(1);
        expect(done.stderr).toMatch(/pg_dump/);
      }
    } finally {
      installation.remove();
    }
  });
});
