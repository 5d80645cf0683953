/** kontor doctor: every line of its list, well and broken. */
import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clockMoved } from "./support/clock";
import { newEmail, wantedDatabases } from "./support/environment";
import { canHaveSmallDisks } from "./support/disk";
import { Installation, Program, type CommandResult, type Settings } from "./support/program";
import { newPassword } from "./support/secrets";

const lines = ["settings", "data folder", "signing key", "schema", "database", "deletions", "left over", "audit log", "vault", "clock", "disk"];

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    for (let i = 0; i < 3; i += 1) await program.account(newEmail(), newPassword());
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const doctor = async (args: string[] = [], settings: Settings = {}): Promise<CommandResult> =>
    await installation.command(["doctor", ...args], { settings });
  /** Exactly these lines fail, each with a sentence about what to do, and the exit code says so. */
  const expectFails = (said: CommandResult, wanted: Record<string, RegExp>): void => {
    const failed = said.stdout.split("\n").filter((line) => line.startsWith("FAIL "));
    expect(failed.map((line) => line.slice(5).split(":")[0]).sort(), said.stdout + said.stderr).toEqual(Object.keys(wanted).sort());
    for (const line of failed) {
      expect(line).toMatch(wanted[line.slice(5).split(":")[0] as string] as RegExp);
      expect(line.split(/[.:] /).length, line).toBeGreaterThan(2);
    }
    expect(said.code).toBe(1);
  };
  const expectWell = (said: CommandResult): void => {
    expect(said.stdout.trim().split("\n").map((line) => /^ok {3}([a-z ]+): \S/.exec(line)?.[1]), said.stdout + said.stderr).toEqual(lines);
    expect(said.code).toBe(0);
  };

  test("all is well, beside a running server and without", async () => {
    expectWell(await doctor());
    await program.stop();
    expectWell(await doctor());
    program = await Program.start({ installation });
  });

  test("settings that cannot be read", async () => {
    expectFails(await doctor([], { API_PORT: "many" }), { settings: /API_PORT must be a number/ });
  });

  test("a folder and files that others can read", async () => {
    chmodSync(installation.dataFolder, 0o755);
    expectFails(await doctor(), { "data folder": /mode 0755.*chmod 700/ });
    chmodSync(installation.dataFolder, 0o700);
    chmodSync(path.join(installation.dataFolder, "jwt.key"), 0o644);
    expectFails(await doctor(), { "data folder": /jwt\.key.*0644.*chmod 600/, "signing key": /read by others/, "audit log": /read by others/ });
    chmodSync(path.join(installation.dataFolder, "jwt.key"), 0o600);
    expectWell(await doctor());
  });

  test("a key that is gone, and one that is none; and nothing is made in its place", async () => {
    const file = path.join(installation.dataFolder, "jwt.key");
    const key = readFileSync(file);
    rmSync(file);
    const said = await doctor();
    expectFails(said, { "signing key": /There is no .*backup/ });
    expect(said.stdout).toMatch(/^skip audit log: /m);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, "no key\n", { mode: 0o600 });
    expectFails(await doctor(), { "signing key": /does not hold a key/, "audit log": /does not hold a key/ });
    writeFileSync(file, key);
    expectWell(await doctor([], {}));
  });

  test("another key than the log was written with", async () => {
    const other = "v5nPzq1yM8sXbT3kR7wL0dHcJ9fGaE2u";
    expectFails(await doctor([], { JWT_SECRET_KEY: other }), { "audit log": /key/ });
  });

  test("an older and a newer schema", async () => {
    const newest = await installation.query("SELECT max(number) FROM schema_migrations");
    await installation.query(`INSERT INTO schema_migrations SELECT number + 1, 'a later step', applied_at FROM schema_migrations WHERE number = ${newest}`);
    expectFails(await doctor(), { schema: /newer program/ });
    await installation.query(`DELETE FROM schema_migrations WHERE number >= ${newest}`);
    expectFails(await doctor(), { schema: /kontor serve/ });
    await installation.query(`INSERT INTO schema_migrations SELECT number + 1, 'as it was', applied_at FROM schema_migrations WHERE number = ${newest} - 1`);
    expectWell(await doctor());
  });

  test("a log that somebody changed: the first broken entry is named", async () => {
    const numbers = (await installation.query("SELECT seq FROM audit_log ORDER BY seq")).split("\n");
    expect(numbers.length).toBeGreaterThan(2);
    await installation.query("UPDATE audit_log SET outcome = 'failed' WHERE seq IN (2, 3)");
    expectFails(await doctor(), { "audit log": /\b2\b/ });
    await installation.query("UPDATE audit_log SET outcome = 'ok'");
    await installation.query("DELETE FROM audit_log WHERE seq = 1");
    expectFails(await doctor(), { "audit log": /\b1\b/ });
  });

  test("a log that was cut short together with its head is named, and so is one that an operator went on from, by the head that was remembered", async () => {
    const file = path.join(installation.folder, "head");
    expectWell(await doctor(["--remember", file]));
    expect(readFileSync(file, "utf8")).toMatch(/^\d+ [0-9a-f]{64}\n$/);
    await program.account(newEmail(), newPassword());
    const first = readFileSync(file, "utf8");
    const said = await doctor(["--remember", file]);
    expectWell(said);
    expect(said.stdout).toMatch(/audit log: .*remembered/);
    const remembered = readFileSync(file, "utf8");
    expect(remembered).not.toBe(first);
    await installation.query("DELETE FROM audit_log WHERE seq = (SELECT max(seq) FROM audit_log)");
    await installation.query(
      "UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_log), hash = (SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1)",
    );
    expectFails(await doctor(), { "audit log": /not signed.*accept-audit-log/ });
    expectFails(await doctor(["--remember", file]), { "audit log": /\d/ });
    // Nor does it heal when the program goes on.
    await program.stop();
    program = await Program.start({ installation });
    expect(program.log).toMatch(/head of the audit log does not hold/);
    await program.account(newEmail(), newPassword());
    expectFails(await doctor(), { "audit log": /not signed/ });
    expect((await installation.command(["admin", "accept-audit-log"])).code).toBe(0);
    expectWell(await doctor());
    expect(await installation.query("SELECT action, address FROM audit_log ORDER BY seq DESC LIMIT 1")).toBe("log.accepted|console");
    expectFails(await doctor(["--remember", file]), { "audit log": /noted/ });
    expect(readFileSync(file, "utf8")).toBe(remembered);
    writeFileSync(file, "something else\n");
    expectFails(await doctor(["--remember", file]), { "audit log": /no head/ });
  });

  test("an older copy of the log with its own head holds; only what was remembered tells", async () => {
    await installation.query("CREATE TABLE saved AS SELECT * FROM audit_head");
    await program.account(newEmail(), newPassword());
    const file = path.join(installation.folder, "head");
    expectWell(await doctor(["--remember", file]));
    const restore = "DELETE FROM audit_head; INSERT INTO audit_head SELECT * FROM saved";
    for (const statement of restore.split("; ")) await installation.query(statement);
    expectFails(await doctor(), { "audit log": /head of the audit log does not say so/ });
    await installation.query("DELETE FROM audit_log WHERE seq > (SELECT seq FROM saved)");
    expectWell(await doctor());
    expectFails(await doctor(["--remember", file]), { "audit log": /missing/ });
  });

  test("a clock that was never set, and one that runs behind what is stored", async () => {
    expectFails(await doctor([], clockMoved("@1970-01-02 00:00:00")), { clock: /cannot be.*NTP/ });
    expectFails(await doctor([], clockMoved("@2025-06-01 00:00:00")), { clock: /was stored at.*NTP/ });
  });

  test("a deletion that was interrupted", async () => {
    if (database === "postgresql") return;
    writeFileSync(`${installation.databaseFile}.erasing-1-1`, "", { mode: 0o600 });
    expectFails(await doctor(), { deletions: /Start the server/ });
    await program.stop();
    program = await Program.start({ installation });
    await expect.poll(() => existsSync(`${installation.databaseFile}.erasing-1-1`), { timeout: 10_000 }).toBe(false);
    expectWell(await doctor());
  });

  test("a database that is damaged, or does not answer", async () => {
    if (database === "postgresql") {
      const away = (installation.databaseUrl as string).replace(/:\d+\//, ":1/");
      const said = await doctor([], { DATABASE_URL: away });
      expectFails(said, { schema: /DATABASE_URL/, database: /DATABASE_URL/ });
      return;
    }
    await program.stop();
    const size = statSync(installation.databaseFile).size;
    const file = openSync(installation.databaseFile, "r+");
    for (let at = 8192; at < size; at += 8192) writeSync(file, Buffer.alloc(512, 0xff), 0, 512, at);
    closeSync(file);
    const said = await doctor();
    expect(said.code).toBe(1);
    expect(said.stdout).toMatch(/^FAIL database: .*backup/m);
    rmSync(installation.dataFolder, { recursive: true });
    program = await Program.start({ installation });
  });

  test("where no server ever ran it says so and leaves nothing behind", async () => {
    const elsewhere = path.join(installation.folder, "elsewhere");
    const said = await doctor([], { DATA_DIR: elsewhere });
    expect(said.code).toBe(1);
    expect(said.stdout).toMatch(/^FAIL data folder: .*kontor serve/m);
    expect(existsSync(elsewhere)).toBe(false);
  });
});

const canMount = wantedDatabases.includes("sqlite") && canHaveSmallDisks;

test.runIf(canMount)("a disk that is nearly full", async () => {
  const disk = mkdtempSync(path.join(os.tmpdir(), "kontor-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]);
  try {
    const dataFolder = path.join(disk, "data");
    mkdirSync(dataFolder, { mode: 0o700 });
    const installation = await Installation.create("sqlite", { dataFolder });
    const program = await Program.start({ installation });
    const said = await installation.command(["doctor"]);
    expect(said.stdout).toMatch(/^FAIL disk: \d+ MiB are free, 256 MiB should be\. Make room/m);
    expect(said.code).toBe(1);
    await program.stop();
    installation.remove();
  } finally {
    execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
