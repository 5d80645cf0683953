/** kontor backup and kontor restore: the drill, and everything that must not be restored. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signedInOf } from "./support/client";
import { newEmail, wantedDatabases } from "./support/environment";
import { expectedUsers, openVault, sampleFolder, type ExpectedUser } from "./support/legacy";
import { Installation, Program, runProgram, type CommandResult } from "./support/program";
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
    for (const user of expectedUsers) for (const value of Object.values(user.secrets)) plant(value);
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
    expect((await run(to, "doctor")).code).toBe(0);
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
