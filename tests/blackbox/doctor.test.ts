/** kontor doctor: every line of its list, well and broken. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clockMoved } from "./support/clock";
import { canHaveSmallDisks } from "./support/disk";
import { newEmail, projectFolder, randomText, wantedDatabases } from "./support/environment";
import { Exchange } from "./support/exchange";
import { Models } from "./support/models";
import { Installation, Program, type CommandResult, type Settings } from "./support/program";
import { newPassword } from "./support/secrets";
import { MailServer } from "./support/smtp";
import { Authority } from "./support/web";

const lines = ["settings", "public address", "data folder", "file system", "disk", "signing key", "schema", "database", "deletions", "left over", "audit log", "vault", "backup", "clock", "server", "descriptors"];

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
    await installation.command(["doctor", "--offline", ...args], { settings });
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
    // Nothing is known of backups of PostgreSQL, and the others were never made here; how much may be open is the machine's.
    const good = /^(?:ok {3}([a-z ]+)|(?:note|skip) (backup|descriptors|file system)): \S/;
    expect(said.stdout.trim().split("\n").map((line) => { const found = good.exec(line); return found?.[1] ?? found?.[2]; }), said.stdout + said.stderr).toEqual(lines);
    expect(said.code).toBe(0);
  };

  test("all is well, beside a running server and without", async () => {
    expectWell(await doctor());
    await program.stop();
    expectWell(await doctor());
    program = await Program.start({ installation });
  });

  test("the document tells of these lines, in this order", () => {
    const rows = readFileSync(path.join(projectFolder, "docs/doctor.md"), "utf8").matchAll(/^\| ([a-z ]+) \| .* \|$/gm);
    expect([...rows].map((row) => row[1])).toEqual(["mark", "line", ...lines, "exchange", "exchange socket", "language model", "mail server"]);
  });

  test("settings that cannot be read", async () => {
    expectFails(await doctor([], { API_PORT: "many" }), { settings: /API_PORT must be a number/ });
    expect(JSON.parse((await doctor(["--json"], { API_PORT: "many" })).stdout)).toMatchObject({ result: "problem", checks: [{ name: "settings", state: "problem" }] });
  });

  test("settings that contradict each other, and a file with secrets that others can read", async () => {
    const file = path.join(installation.folder, ".env");
    writeFileSync(file, `REGISTRATION=closed\nJWT_SECRET_KEY=${newPassword()}${newPassword()}${newPassword()}\n`, { mode: 0o644 });
    // The server has no such key: what the log was signed with is not asked here.
    expect((await doctor([], { REGISTRATION: "open" })).stdout).toMatch(/^FAIL settings: \.env holds JWT_SECRET_KEY.*chmod 600 \.env/m);
    writeFileSync(file, "REGISTRATION=closed\n");
    expect((await doctor([], { REGISTRATION: "open" })).stdout).toMatch(/^note settings: .*different things of REGISTRATION.*The environment holds/m);
    expectWell(await doctor([], { REGISTRATION: "closed" }));
    rmSync(file);
    expect((await doctor([], { TRUSTED_PROXIES: "0.0.0.0/0", PUBLIC_URL: "https://desk.example" })).stdout).toMatch(/^FAIL public address: .*everybody/m);
    const noted = await doctor([], { PUBLIC_URL: "https://desk.example" });
    expect(noted.stdout).toMatch(/^note public address: .*TRUSTED_PROXIES/m);
    expect(noted.code).toBe(0);
  });

  test("the server: it runs, nobody does, something else does", async () => {
    const port = String(program.port);
    expect((await doctor([], { API_PORT: port })).stdout).toMatch(/^ok {3}server: Kontor \S+ runs at 127\.0\.0\.1:\d+\.$/m);
    await program.stop();
    expect((await doctor([], { API_PORT: port })).stdout).toMatch(/^ok {3}server: Nobody listens/m);
    const other = createServer((socket) => socket.end("220 not a desk\r\n")).listen(0, "127.0.0.1");
    await once(other, "listening");
    const said = await doctor([], { API_PORT: String((other.address() as AddressInfo).port) });
    other.close();
    expectFails(said, { server: /Something else.*API_PORT/ });
    program = await Program.start({ installation });
  });

  test("the age of the last backup", async () => {
    if (database === "postgresql") {
      expect((await doctor()).stdout).toMatch(/^skip backup: PostgreSQL/m);
      return;
    }
    expect((await doctor()).stdout).toMatch(/^note backup: .*never.*kontor backup/m);
    expect((await installation.command(["backup", path.join(installation.folder, "one.backup")])).code).toBe(0);
    expect((await doctor()).stdout).toMatch(/^ok {3}backup: The last one was made at 20\d\d-/m);
    const later = new Date(Date.now() + 8 * 24 * 3600 * 1000).toISOString().slice(0, 19).replace("T", " ");
    const said = await doctor([], clockMoved(`@${later}`));
    expect(said.stdout).toMatch(/^note backup: .*made at/m);
    expect(said.code).toBe(0);
  });

  test("for programs it is one JSON object that says the same", async () => {
    const said = await doctor(["--json"]);
    const report = JSON.parse(said.stdout) as { version: string; result: string; checks: { name: string; state: string; found: string; advice?: string }[] };
    expect(Object.keys(report)).toEqual(["version", "result", "checks"]);
    expect(report.result).toBe("ok");
    expect(report.checks.map((each) => each.name)).toEqual(lines);
    const text = (await doctor()).stdout.trim().split("\n");
    const marks: Record<string, string> = { ok: "ok   ", note: "note ", skipped: "skip ", problem: "FAIL " };
    const same = report.checks.map(({ name, state, found, advice }) => `${marks[state]}${name}: ${found}${advice === undefined ? "" : ` ${advice}`}`);
    // The time is another one, and so is what is free.
    const still = (rows: string[]): string[] => rows.filter((row) => !/^.{5}(clock|disk):/.test(row));
    expect(still(same)).toEqual(still(text));
    chmodSync(installation.dataFolder, 0o755);
    const broken = await doctor(["--json"]);
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject({ result: "problem" });
    expect((await installation.command(["doctor", "--jsn"])).code).toBe(2);
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
    expectFails(said, { "signing key": /There is no .*backup: the next start refuses/ });
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
    // A server of a database tells its own time, and is asked first.
    const behind = database === "postgresql" ? /that of the database server.*NTP/ : /was stored at.*NTP/;
    expectFails(await doctor([], clockMoved("@2025-06-01 00:00:00")), { clock: behind });
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

describe("servers outside", () => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await Installation.create("sqlite");
    const program = await Program.start({ installation });
    await program.stop();
  });
  afterEach(() => {
    installation.remove();
  });
  const outside = async (settings: Settings): Promise<{ rows: Record<string, string>; said: CommandResult }> => {
    const said = await installation.command(["doctor"], { settings });
    const rows = said.stdout.trim().split("\n").slice(lines.length).map((line) => /^(.{5}([a-z ]+): .*)$/.exec(line));
    return { rows: Object.fromEntries(rows.map((row) => [row?.[2], row?.[1]])) as Record<string, string>, said };
  };

  test("all of them answer, and none of them is shown a secret", async () => {
    const authority = new Authority();
    const [exchange, models, mail] = [await Exchange.start(authority), await Models.start(authority), await MailServer.start()];
    const key = `sk-${randomText()}${randomText()}`;
    try {
      const { rows, said } = await outside({
        ...mail.settings,
        EGRESS_CA_FILE: authority.file,
        BITGET_BASE_URL: exchange.origin,
        BITGET_WS_URL: exchange.socketUrl,
        LLM_PROVIDER: "openai",
        OPENAI_BASE_URL: `${models.origin}/v1`,
        OPENAI_API_KEY: key,
        OPENAI_MODEL: "gpt-small",
      });
      expect(rows, said.stdout + said.stderr).toEqual({
        exchange: expect.stringMatching(/^ok {3}exchange: https:\S+ answers, and its clock is ours\.$/) as string,
        "exchange socket": expect.stringMatching(/^ok {3}/) as string,
        "language model": expect.stringMatching(/^ok {3}language model: https:\S+ answers \(status \d+\)\. It was not shown the key\.$/) as string,
        "mail server": expect.stringMatching(/^ok {3}mail server: .*no mail was sent/) as string,
      });
      expect(said.code).toBe(0);
      expect(JSON.stringify(models.asked.map((one) => one.headers))).not.toContain(key);
      expect(JSON.stringify(exchange.asked.map((one) => one.headers)).toLowerCase()).not.toMatch(/access-(key|sign|passphrase)|authorization/);
      expect(said.stdout + said.stderr).not.toContain(key);
    } finally {
      await Promise.all([exchange.goDown(), models.goDown(), mail.goDown()]);
    }
  });

  test("none of them can be reached: each says so, and what to do, without a password of ours", async () => {
    const [password, proxied] = [newPassword(), newPassword()];
    const settings = {
      SMTP_URL: `smtp://someone:${encodeURIComponent(password)}@127.0.0.1:9?tls=none`,
      MAIL_FROM: "desk@example.org",
      PUBLIC_URL: "https://desk.example",
      LLM_PROVIDER: "ollama",
      OLLAMA_BASE_URL: "http://127.0.0.1:9",
      OLLAMA_MODEL: "llama",
    };
    const { rows, said } = await outside(settings);
    for (const name of ["exchange", "exchange socket", "language model", "mail server"]) expect(rows[name], said.stdout + said.stderr).toMatch(/^FAIL [a-z ]+: \S+ (cannot be reached: nobody takes the connection|takes no connection)\. Look at/);
    expect(said.code).toBe(1);
    const behind = await outside({ ...settings, EGRESS_PROXY: `http://someone:${encodeURIComponent(proxied)}@127.0.0.1:9` });
    for (const secret of [password, proxied]) expect(said.stdout + said.stderr + behind.said.stdout + behind.said.stderr).not.toContain(secret);
  });

  test("a certificate of nobody, and something that is no mail server", async () => {
    const authority = new Authority();
    const exchange = await Exchange.start(authority);
    const mute = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(mute, "listening");
    try {
      const { rows, said } = await outside({
        BITGET_BASE_URL: exchange.origin,
        BITGET_WS_URL: exchange.socketUrl,
        SMTP_URL: `smtp://127.0.0.1:${(mute.address() as AddressInfo).port}?tls=none`,
        MAIL_FROM: "desk@example.org",
        PUBLIC_URL: "https://desk.example",
      });
      expect(rows["exchange"], said.stdout).toMatch(/^FAIL exchange: .*certificate/);
      expect(rows["mail server"], said.stdout).toMatch(/^FAIL mail server: .*does not greet/);
      expect(rows["language model"], said.stdout).toMatch(/^skip language model: /);
    } finally {
      mute.close();
      await exchange.goDown();
    }
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
    const said = await installation.command(["doctor", "--offline"]);
    expect(said.stdout).toMatch(/^FAIL disk: \d+ MiB are free, 256 MiB should be\. Make room/m);
    expect(said.code).toBe(1);
    await program.stop();
    installation.remove();
  } finally {
    execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
