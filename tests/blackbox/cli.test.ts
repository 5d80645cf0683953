/** kontor admin …: with the server running and not; and the folder that belongs to one server. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signedInOf, userOf } from "./support/client";
import { isRoot, newEmail, vectorsFolder, wantedDatabases } from "./support/environment";
import { Installation, Program, runProgram, setupTokenIn } from "./support/program";
import { newPassword } from "./support/secrets";

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await Installation.create(database);
  });
  afterEach(() => {
    installation.remove();
  });
  const admin = async (...args: string[]) => await installation.command(["admin", ...args]);
  const good = async (...args: string[]): Promise<string> => {
    const done = await admin(...args);
    expect(done.code, `admin ${args.join(" ")}: ${done.stderr}`).toBe(0);
    // Only the record of what was done (ASVS 16.2.1) stands beside the answer.
    for (const line of done.stderr.split("\n")) expect(line).toMatch(/^(\S+Z info .*)?$/);
    return done.stdout;
  };

  describe.each(["running", "not running"])("the server is %s", (state) => {
    let program: Program | undefined;
    beforeEach(async () => {
      program = await Program.start({ installation });
      if (state === "running") return;
      await program.stop();
      program = undefined;
    });
    afterEach(async () => {
      await program?.stop();
    });

    test("create, list, promote, demote, deactivate, activate, setup-link", async () => {
      const created = await good("create", "Ann@Example.com");
      setupTokenIn(created);
      setupTokenIn(await good("create", "bob@example.com"));
      const lines = (await good("list")).trim().split("\n");
      expect(lines).toHaveLength(2);
      expect(lines[0]).toMatch(/^[0-9a-f-]{36} {2}admin {2}active {2}\S+Z {2}ann@example\.com$/);
      const line = async (email: string): Promise<string> => (await good("list")).split("\n").find((l) => l.endsWith(email)) ?? "";
      await good("demote", "bob@example.com");
      expect(await line("bob@example.com")).toContain("  member  active  ");
      await good("promote", "BOB@example.com");
      expect(await line("bob@example.com")).toContain("  admin  active  ");
      await good("deactivate", "bob@example.com");
      expect(await line("bob@example.com")).toContain("  deactivated  ");
      await good("activate", "bob@example.com");
      expect(await line("bob@example.com")).toContain("  active  ");
      setupTokenIn(await good("setup-link", "bob@example.com"));
    });

    test("an address that is taken, unknown, or none at all", async () => {
      await good("create", "ann@example.com");
      for (const [args, says] of [
        [["create", "ANN@example.com"], /there is an account/],
        [["deactivate", "nobody@example.com"], /no account/],
        [["activate", "nobody@example.com"], /no account/],
        [["promote", "nobody@example.com"], /no account/],
        [["demote", "nobody@example.com"], /no account/],
        [["setup-link", "nobody@example.com"], /no account/],
        [["reset-link", "nobody@example.com"], /no account/],
        [["end-sessions", "nobody@example.com"], /no account/],
        [["remove-second-factor", "nobody@example.com"], /no account/],
        [["remove-second-factor", "ann@example.com"], /has no second factor/],
        [["end-sessions", "no address"], /no e-mail address/],
        [["create", "no address"], /no e-mail address/],
      ] as const) {
        const done = await admin(...args);
        expect(done.code, args.join(" ")).toBe(1);
        expect(done.stderr).toMatch(says);
        expect(done.stdout).toBe("");
      }
    });

    test("the last administrator cannot be demoted or deactivated", async () => {
      await good("create", "ann@example.com");
      await good("create", "bob@example.com");
      await good("demote", "bob@example.com");
      for (const action of ["demote", "deactivate"]) {
        const done = await admin(action, "ann@example.com");
        expect(done.code).toBe(1);
        expect(done.stderr).toMatch(/last/);
      }
      await good("promote", "bob@example.com");
      await good("deactivate", "bob@example.com");
      expect((await admin("demote", "ann@example.com")).code).toBe(1);
      await good("activate", "bob@example.com");
      await good("demote", "ann@example.com");
    });

    test("two administrators deactivate each other at once: one is left", async () => {
      await good("create", "ann@example.com");
      await good("create", "bob@example.com");
      const done = await Promise.all([admin("deactivate", "ann@example.com"), admin("deactivate", "bob@example.com")]);
      expect(done.map((d) => d.code).sort()).toEqual([0, 1]);
      expect((await good("list")).match(/ active /g)).toHaveLength(1);
    });
  });

  test("a command without the key of the installation refuses: nothing is done that nobody could verify", async () => {
    const program = await Program.start({ installation });
    await program.account("ann@example.com", newPassword());
    await program.stop();
    const key = path.join(installation.dataFolder, "jwt.key");
    const held = readFileSync(key);
    rmSync(key);
    const refused = await admin("promote", "ann@example.com");
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/There is no key/);
    expect(existsSync(key)).toBe(false);
    expect(await good("list")).toContain("  member  active  ");
    writeFileSync(key, held, { mode: 0o600 });
    await good("promote", "ann@example.com");
  });

  test("Zitadel CVE-2024-47000, a.21: deactivation bites within a second on a live token, activation revives nothing", async () => {
    const program = await Program.start({ installation });
    const email = newEmail();
    const other = newEmail();
    const password = newPassword();
    const tokens = [(await program.account(email, password)).access_token];
    tokens.push(signedInOf(await program.login(email, password)).access_token);
    const stranger = (await program.account(other, newPassword())).access_token;
    for (const token of tokens) expect((await program.me(token)).status).toBe(200);

    let last = 0;
    let watching = true;
    // Asked all the time, so that the table of identities is as warm as it gets.
    const watch = (async () => {
      while (watching) if ((await program.me(tokens[0])).status === 200) last = performance.now();
    })();
    await good("deactivate", email);
    const done = performance.now();
    await expect.poll(async () => (await program.me(tokens[0])).status, { timeout: 3000, interval: 5 }).toBe(401);
    watching = false;
    await watch;
    console.log(`${database}: the last accepted request ended ${(last - done).toFixed(0)} ms after the command did`);
    expect(last - done).toBeLessThan(1000);
    // Each session is known for itself, and each for less than a second.
    for (const token of tokens) await expect.poll(async () => (await program.me(token)).status, { timeout: 3000, interval: 5 }).toBe(401);
    expect(performance.now() - done).toBeLessThan(1000);
    expect((await program.me(stranger)).status).toBe(200);
    expect((await program.login(email, password)).status).toBe(401);

    await good("activate", email);
    await expect.poll(async () => (await program.login(email, password)).status, { timeout: 1500 }).toBe(200);
    for (const token of tokens) expect((await program.me(token)).status).toBe(401);
    const fresh = signedInOf(await program.login(email, password)).access_token;
    expect((await program.me(fresh)).status).toBe(200);
    await program.stop();
  });

  test("CVE-2026-44553 Open WebUI: a demotion shows on a live token within a second", async () => {
    const program = await Program.start({ installation });
    const email = newEmail();
    const { access_token } = await program.account(email, newPassword());
    await good("create", "root@example.com");
    await good("promote", email);
    await expect.poll(async () => userOf(await program.me(access_token)).is_admin, { timeout: 1000 }).toBe(true);
    await good("demote", email);
    await expect.poll(async () => userOf(await program.me(access_token)).is_admin, { timeout: 1000 }).toBe(false);
    await program.stop();
  });

  test("Keycloak CVE-2026-9802: what was revoked stays revoked after kill -9 and a restart", async () => {
    const first = await Program.start({ installation });
    const email = newEmail();
    const { access_token } = await first.account(email, newPassword());
    await good("deactivate", email);
    await first.kill();
    const second = await Program.start({ installation });
    expect((await second.me(access_token)).status).toBe(401);
    await good("activate", email);
    await second.kill();
    const third = await Program.start({ installation });
    expect((await third.me(access_token)).status).toBe(401);
    await third.stop();
  });

  test("where no server ever ran a command refuses, and leaves nothing behind", async () => {
    for (const args of [["list"], ["create", "x@example.com"], ["deactivate", "x@example.com"]]) {
      const done = await admin(...args);
      expect(done.code, args.join(" ")).toBe(1);
      expect(done.stderr).toMatch(/^kontor: [^\n]*kontor serve[^\n]*(DATA_DIR|DATABASE_URL)[^\n]*\n$/);
      expect(done.stdout).toBe("");
    }
    expect(existsSync(installation.dataFolder)).toBe(false);
    if (database === "postgresql")
      expect(await installation.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).toBe("0");
  });

  test("a command that cannot be alone refuses an older schema and leaves it alone", async () => {
    const program = await Program.start({ installation });
    await installation.query("DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)");
    const count = async (): Promise<string> => await installation.query("SELECT count(*) FROM schema_migrations");
    const before = await count();
    const refuses = async (): Promise<void> => {
      for (const args of [["list"], ["create", "x@example.com"]]) {
        const done = await admin(...args);
        expect(done.code, args.join(" ")).toBe(1);
        expect(done.stderr).toMatch(database === "sqlite" ? /another version/ : /DATABASE_URL is not one/);
      }
      expect(await count()).toBe(before);
    };
    await refuses();
    await program.stop();
    // On PostgreSQL another machine may serve; that none does on this one proves nothing.
    if (database === "postgresql") await refuses();
  });

  test("c.84 a database newer than the program is refused, by the server and by commands, and left alone", async () => {
    const program = await Program.start({ installation });
    await program.account(newEmail(), newPassword());
    await program.stop();
    await makeNewer(installation);
    const before = await installation.query("SELECT count(*) FROM users");
    for (const args of [["serve"], ["admin", "list"], ["admin", "create", "x@example.com"]]) {
      const done = await installation.command(args);
      expect(done.code, args.join(" ")).toBeGreaterThan(0);
      expect(done.stderr).toMatch(/newer/i);
    }
    expect(await installation.query("SELECT count(*) FROM users")).toBe(before);
  });
});

/** Adds a step that this program does not know to the table of migrations, whatever its columns are. */
async function makeNewer(installation: Installation): Promise<void> {
  const columns =
    installation.kind === "sqlite"
      ? await installation.query("SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'")
      : await installation.query("SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'");
  const found = columns.split("\n").find((name) => /(migration|schema)\w*\.(number|version)$/.test(name));
  if (found === undefined) throw new Error(`no table of migrations among ${columns}`);
  const [table, column] = found.split(".") as [string, string];
  const names = columns.split("\n").filter((name) => name.startsWith(`${table}.`)).map((name) => name.split(".")[1] as string);
  const others = names.filter((name) => name !== column);
  await installation.query(
    `INSERT INTO ${table} (${[column, ...others].join(", ")}) SELECT ${[`max(${column}) + 1`, ...others.map((n) => `max(${n})`)].join(", ")} FROM ${table}`,
  );
}

describe("the data folder", () => {
  test("c.83 a second server on it is refused with a sentence that names it; the first goes on", async () => {
    const program = await Program.start();
    const second = await program.installation.command(["serve"]);
    expect(second.code).toBeGreaterThan(0);
    expect(second.stderr).toContain(program.installation.dataFolder);
    expect((await program.send("GET", "/health")).status).toBe(200);
    await program.stop();
  });

  test("the lock ends with the process, even with kill -9", async () => {
    const first = await Program.start();
    const { installation } = first;
    await first.kill();
    const second = await Program.start({ installation });
    await second.stop();
    installation.remove();
  });

  test("a lock that cannot be taken for another reason than a server is named as what it is", async () => {
    const program = await Program.start();
    const { installation } = program;
    await program.kill();
    const lock = path.join(installation.dataFolder, "kontor.lock");
    rmSync(lock);
    mkdirSync(lock);
    for (const args of [["serve"], ["admin", "list"]]) {
      const done = await installation.command(args);
      expect(done.code, args.join(" ")).toBe(1);
      expect(done.stderr).toContain(`${installation.dataFolder} cannot be written`);
    }
    installation.remove();
  });

  test("one that cannot be written, or whose database cannot be: one sentence, from the server and from commands", async (context) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "kontor-readonly-"));
    // Modes do not bind root, a file system that is mounted read-only does.
    if (isRoot) {
      try {
        execFileSync("mount", ["-t", "tmpfs", "tmpfs", folder], { stdio: "ignore" });
      } catch {
        rmSync(folder, { recursive: true });
        context.skip("nothing can be mounted here");
      }
    }
    try {
      const installation = await Installation.create("sqlite", { dataFolder: path.join(folder, "data") });
      await (await Program.start({ installation })).stop();
      const refuses = async (says: RegExp): Promise<void> => {
        for (const args of [["serve"], ["admin", "list"]]) {
          const done = await installation.command(args);
          expect(done.code, args.join(" ")).toBe(1);
          expect(done.stderr).toMatch(says);
          expect(done.stderr).toContain(installation.dataFolder);
        }
      };
      const file = installation.databaseFile;
      if (isRoot) {
        execFileSync("mount", ["--bind", file, file]);
        execFileSync("mount", ["-o", "remount,bind,ro", file]);
      } else chmodSync(file, 0o400);
      await refuses(/^kontor: The database [^\n]*: the file cannot be written\.\n$/);
      if (isRoot) execFileSync("umount", [file]);
      if (isRoot) execFileSync("mount", ["-o", "remount,ro", folder]);
      else chmodSync(installation.dataFolder, 0o500);
      await refuses(/^kontor: The data folder [^\n]* cannot be written: [^\n]*\.\n$/);
      if (!isRoot) chmodSync(installation.dataFolder, 0o700);
      rmSync(installation.folder, { recursive: true });
    } finally {
      if (isRoot) execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a.34 folder, database and key are for the owner alone", async () => {
    const program = await Program.start();
    await program.account(newEmail(), newPassword());
    const mode = (file: string): number => statSync(path.join(program.installation.dataFolder, file)).mode & 0o777;
    expect(mode(".")).toBe(0o700);
    for (const file of ["app.db", "app.db-wal", "app.db-shm", "jwt.key"]) expect([file, mode(file)]).toEqual([file, 0o600]);
    await program.stop();
  });

  test("a.34 a data folder that others may enter is served with a warning that names it", async () => {
    const installation = await Installation.create("sqlite");
    mkdirSync(installation.dataFolder, { mode: 0o700 });
    for (const [mode, warned] of [
      [0o700, false],
      [0o755, true],
    ] as const) {
      chmodSync(installation.dataFolder, mode);
      const program = await Program.start({ installation });
      expect((await program.send("GET", "/health/live")).status).toBe(200);
      const lines = program.log.split("\n").filter((line) => line.includes("open to others than its owner"));
      expect(lines).toHaveLength(warned ? 1 : 0);
      if (warned) expect(lines[0]).toMatch(/warning.*mode 0755/);
      if (warned) expect(lines[0]).toContain(installation.dataFolder);
      await program.stop();
    }
    installation.remove();
  });

  test("who can be reached from outside and has no PUBLIC_URL is warned that the Host field decides", async () => {
    const proxied = { TRUSTED_PROXIES: "127.0.0.1" };
    for (const [settings, warned] of [
      [{}, false],
      [proxied, true],
      [{ ...proxied, PUBLIC_URL: "https://desk.example" }, false],
    ] as const) {
      const program = await Program.start({ settings });
      const lines = program.log.split("\n").filter((line) => line.includes("PUBLIC_URL is not set"));
      expect(lines).toHaveLength(warned ? 1 : 0);
      if (warned) expect(lines[0]).toMatch(/warning.*Host field/);
      await program.stop();
    }
  });

  test("SQLite runs with WAL, and what is deleted is overwritten", async () => {
    const program = await Program.start();
    expect(await program.installation.query("PRAGMA journal_mode")).toBe("wal");
    await program.stop();
  });

  test("the database of the Python predecessor is recognised, refused, and left as it is", async () => {
    const installation = await Installation.create("sqlite");
    mkdirSync(installation.dataFolder, { mode: 0o700 });
    copyFileSync(path.join(vectorsFolder, "legacy-data/app.db"), installation.databaseFile);
    const before = readFileSync(installation.databaseFile);
    for (const args of [["serve"], ["admin", "list"], ["admin", "create", "x@example.com"]]) {
      const done = await installation.command(args);
      expect(done.code, args.join(" ")).toBeGreaterThan(0);
      expect(done.stderr).toContain("app.db");
      expect(done.stderr).toMatch(/predecessor|another program|not.*(ours|kontor)/i);
      expect(readFileSync(installation.databaseFile).equals(before)).toBe(true);
    }
    installation.remove();
  });

  test("a file that is no database is refused and left as it is", async () => {
    const installation = await Installation.create("sqlite");
    mkdirSync(installation.dataFolder, { mode: 0o700 });
    copyFileSync(path.join(vectorsFolder, "README.md"), installation.databaseFile);
    const before = readFileSync(installation.databaseFile);
    const done = await installation.command(["serve"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("app.db");
    expect(readFileSync(installation.databaseFile).equals(before)).toBe(true);
    installation.remove();
  });
});

describe("the other commands", () => {
  test("health: 0 when ready, 1 when nobody answers", async () => {
    const program = await Program.start();
    const asked = await program.installation.command(["health"], { settings: { API_PORT: String(program.port) } });
    expect(asked).toMatchObject({ code: 0, stdout: "ready\n" });
    const { port } = program;
    await program.stop();
    const installation = await Installation.create();
    const nobody = await installation.command(["health"], { settings: { API_PORT: String(port) } });
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toMatch(/does not answer/);
    installation.remove();
  });

  const plain = async (...args: string[]) => await runProgram(args, { env: { PATH: process.env["PATH"] ?? "" }, cwd: "/tmp" });

  test("--version prints name and version", async () => {
    const said = await plain("--version");
    expect(said.code).toBe(0);
    expect(said.stdout).toMatch(/^kontor \d+\.\d+\.\d+\S*\n$/i);
  });

  test.each([["--help"], ["serve", "--help"], ["admin", "--help"]])("%s %s explains", async (...args) => {
    const said = await plain(...args.filter((a) => a !== undefined));
    expect(said.code).toBe(0);
    expect(said.stdout).toContain("--");
  });

  test.each([[["serve", "--no-such-flag"]], [["nonsense"]], [["admin"]], [["admin", "create"]], [["admin", "destroy", "a@example.com"]], [["serve", "extra"]]])(
    "%j is refused with what was not understood",
    async (args) => {
      const said = await plain(...args);
      expect(said.code).toBeGreaterThan(0);
      expect(said.stderr).not.toBe("");
    },
  );
});
