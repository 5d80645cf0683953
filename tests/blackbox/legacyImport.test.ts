/** kontor import legacy and kontor export legacy: what the Python predecessor kept arrives whole, or not at all. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signedInOf } from "./support/client";
import { apiBase } from "./support/contract";
import { programFile, readVectorJson, wantedDatabases } from "./support/environment";
import { bytesOf, copySample, expectedUsers, openVault, sampleFolder, type ExpectedUser } from "./support/legacy";
import { Installation, Program, runProgram, type CommandResult } from "./support/program";

interface HashVector {
  password: string;
  hash: string;
  match: boolean;
  note?: string;
}

/** Under the names of the old vault. */
function secretsOf(users: ExpectedUser[]): Record<string, string> {
  return Object.fromEntries(users.flatMap((user) => Object.entries(user.secrets).map(([name, value]) => [`user_${user.id}_${name}`, value])));
}

/** Runs a command under strace with one call spoilt, the one of this number. */
async function spoilt(at: Installation, how: string, number: number, ...args: string[]): Promise<{ code: number | null; stdout: string }> {
  const calls = how.slice(0, how.indexOf(":"));
  const child = spawn("strace", ["-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", `inject=${how}:when=${number}`, programFile, ...args], {
    env: at.environment(),
    cwd: at.folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout };
}

describe.runIf(wantedDatabases.includes("sqlite"))("killed", () => {
  test("an import that was killed while it made the installation goes on the next time, and shows the recovery key before all else", { timeout: 240_000 }, async () => {
    const installation = await Installation.create("sqlite");
    const run = async (...args: string[]): Promise<CommandResult> => await runProgram(args, { env: installation.environment(), cwd: installation.folder });
    let whole = "";
    let number = 1;
    for (; ; number += 1) {
      const { code, stdout } = await spoilt(installation, "fsync,fdatasync,link,rename:signal=KILL", number, "import", "legacy", sampleFolder);
      whole = stdout;
      if (code === 0) break;
      const again = await run("import", "legacy", sampleFolder);
      expect(again.code, `${number}: ${again.stderr}`).toBe(0);
      expect(await installation.query("SELECT COUNT(*) FROM users")).toBe("4");
      expect((await run("vault", "status")).stdout).toMatch(/state {5}ready/);
      rmSync(installation.dataFolder, { recursive: true });
    }
    expect(number).toBeGreaterThan(5);
    // What comes behind it may fail.
    expect(whole.indexOf("The recovery key of the vault")).toBeLessThan(whole.indexOf("taken: users 4"));
    expect(whole).toContain("The recovery key of the vault");
    installation.remove();
  });
});

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program | undefined;
  const folders: string[] = [];
  beforeEach(async () => {
    installation = await Installation.create(database);
  });
  afterEach(async () => {
    await program?.stop();
    program = undefined;
    installation.remove();
    for (const folder of folders.splice(0)) rmSync(path.dirname(folder), { recursive: true, force: true });
  });

  const copied = (): string => {
    const folder = copySample();
    folders.push(folder);
    return folder;
  };
  const run = async (...args: string[]): Promise<CommandResult> =>
    await runProgram(args, { env: installation.environment(), cwd: installation.folder, timeout: 60_000 });
  const good = async (...args: string[]): Promise<string> => {
    const done = await run(...args);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    return done.stdout;
  };
  const exported = async (): Promise<string> => {
    const folder = path.join(installation.folder, `out-${Math.random().toString(16).slice(2)}`, "data");
    mkdirSync(path.dirname(folder));
    await good("export", "legacy", folder);
    return folder;
  };
  const count = async (table: string): Promise<number> => Number(await installation.query(`SELECT COUNT(*) FROM ${table}`));

  test("the sample arrives exactly as expected: every user signs in with the old password, every secret opens", async () => {
    const said = await good("import", "legacy", sampleFolder);
    expect(said).toContain("taken: users 4, conversations 4, messages 8, secrets 14\n");
    expect(said).toContain("settings of language models among these secrets: 1\n");
    expect(said).toContain("not taken: 1\n  secret bitget_api_key: it belongs to no user\n");
    expect(said).toMatch(/recovery key/);
    for (const value of Object.values(secretsOf(expectedUsers))) if (value.length > 10) expect(said).not.toContain(value);

    program = await Program.start({ installation });
    for (const wanted of expectedUsers.filter((user) => user.is_active)) {
      const { user } = signedInOf(await program.login(wanted.email, wanted.password));
      expect(user).toMatchObject({ id: wanted.id, email: wanted.email, is_admin: wanted.is_admin, is_active: true });
      // Replaced at the sign-in by a hash over the whole password.
      expect(await installation.query(`SELECT hashed_password FROM users WHERE id = '${wanted.id}'`)).toMatch(/^\$kontor\$/);
      expect((await program.login(wanted.email, `${wanted.password}x`)).status).toBe(401);
      expect((await program.login(wanted.email, wanted.password)).status).toBe(200);
    }
    // Set up as they were, without being entered again.
    const alice = expectedUsers[0] as ExpectedUser;
    const token = signedInOf(await program.login(alice.email, alice.password)).access_token;
    expect((await program.send("GET", `${apiBase}/settings/llm`, { token })).json).toMatchObject({
      configured: true,
      provider: "azure",
      model: alice.secrets["llm_model"],
      endpoint: alice.secrets["azure_openai_endpoint"],
      api_version: alice.secrets["azure_openai_api_version"],
      azure_configured: true,
      state: "not_verified",
    });
    expect((await program.send("GET", `${apiBase}/settings/exchange`, { token })).json).toMatchObject({
      configured: true,
      state: "not_verified",
      host: "https://api.bitget.com",
    });
    const inactive = expectedUsers.find((user) => !user.is_active) as ExpectedUser;
    expect((await program.login(inactive.email, inactive.password)).status).toBe(401);
    await good("admin", "activate", inactive.email);
    expect((await program.login(inactive.email, inactive.password)).status).toBe(200);

    expect(openVault(await exported())).toEqual(secretsOf(expectedUsers));
    expect(await count("messages")).toBe(8);
    expect(await installation.query("SELECT content FROM messages WHERE number = 2 ORDER BY conversation_id LIMIT 1")).toBe("**BTC** steht bei 97.000 $ 📈");
    expect((await run("doctor", "--offline")).code).toBe(0);
  });

  test("passwords of more than 72 bytes and with umlauts", async () => {
    const folder = copied();
    const vectors = readVectorJson<{ cases: HashVector[] }>("legacy/bcrypt-vectors.json").cases.filter((row) => row.match);
    expect(vectors.some((row) => Buffer.byteLength(row.password) > 72)).toBe(true);
    for (const [i, row] of vectors.entries())
      execFileSync("sqlite3", [
        path.join(folder, "app.db"),
        `INSERT INTO users VALUES ('0000000${i}-0000-4000-8000-000000000000', 'p${i}@example.com', '${row.hash}', 0, 1, '2025-12-01 10:00:00.000000', NULL)`,
      ]);
    await good("import", "legacy", folder);
    program = await Program.start({ installation });
    for (const [i, row] of vectors.entries()) {
      // Twice: the second time it is our own hash, over all of it.
      expect((await program.login(`p${i}@example.com`, row.password)).status, row.note).toBe(200);
      expect((await program.login(`p${i}@example.com`, row.password)).status, row.note).toBe(200);
      if (Buffer.byteLength(row.password) > 72) expect((await program.login(`p${i}@example.com`, `${row.password}x`)).status).toBe(401);
    }
  });

  test("a dry run says the same and makes nothing, and a second run changes nothing", async () => {
    const folder = copied();
    const before = bytesOf(folder);
    const foreseen = await good("import", "legacy", folder, "--dry-run");
    expect(foreseen).toContain("would be taken: users 4, conversations 4, messages 8, secrets 14\n");
    expect(existsSync(installation.databaseFile)).toBe(false);
    await good("import", "legacy", folder);
    const tables = ["users", "conversations", "messages", "vault_secrets", "vault_versions", "llm_settings", "audit_log"];
    const rows = async (): Promise<number[]> => await Promise.all(tables.map(count));
    const first = await rows();
    const again = await good("import", "legacy", folder);
    expect(again).toContain("taken: users 0, conversations 0, messages 0, secrets 0\n");
    expect(again).toContain("here already, left as they are: users 4\n");
    expect(again).not.toMatch(/recovery key/);
    expect(await rows()).toEqual(first);
    expect(bytesOf(folder)).toEqual(before);
  });

  test("beside a running server, and the accounts work at once", async () => {
    program = await Program.start({ installation });
    await good("import", "legacy", sampleFolder);
    const wanted = expectedUsers[0] as ExpectedUser;
    expect((await program.login(wanted.email, wanted.password)).status).toBe(200);
    // Who registers first has the address.
    expect((await program.register(wanted.email.toUpperCase(), "Another word 17")).status).not.toBe(201);
  });

  test("a key that does not open the vault stops everything", async () => {
    const folder = copied();
    for (const spoil of [
      (): void => writeFileSync(path.join(folder, ".key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
      (): void => writeFileSync(path.join(folder, ".key"), "short"),
      (): void => rmSync(path.join(folder, ".key")),
    ]) {
      spoil();
      const done = await run("import", "legacy", folder);
      expect(done.code).toBe(1);
      expect(done.stderr).toMatch(/^kontor: .*nothing was taken/s);
      expect(done.stdout).toBe("");
      expect(existsSync(installation.databaseFile)).toBe(false);
    }
    rmSync(path.join(folder, "app.db"));
    expect((await run("import", "legacy", folder)).stderr).toMatch(/no data folder of the predecessor/);
    expect((await run("import", "legacy", path.join(folder, "nothing"))).code).toBe(1);
  });

  test("what is written back is read again with the same result", async () => {
    await good("import", "legacy", sampleFolder);
    const out = await exported();
    expect(readdirSync(out).sort()).toEqual([".key", ".secrets.enc", ".secrets.meta", "app.db"]);
    for (const name of readdirSync(out)) expect(statSync(path.join(out, name)).mode & 0o777).toBe(0o600);
    expect((await run("export", "legacy", out)).stderr).toMatch(/not empty/);
    const other = await Installation.create(database);
    try {
      const said = await runProgram(["import", "legacy", out], { env: other.environment(), cwd: other.folder, timeout: 60_000 });
      expect(said.stdout).toContain("taken: users 4, conversations 4, messages 8, secrets 14\n");
      expect(said.stdout).toContain("not taken: 0\n");
      for (const select of [
        "SELECT * FROM users ORDER BY id",
        "SELECT * FROM conversations ORDER BY id",
        "SELECT * FROM messages ORDER BY conversation_id, number",
      ])
        expect(await other.query(select)).toBe(await installation.query(select));
    } finally {
      other.remove();
    }
  });

  test("an export that fails leaves no half of a folder, and the log has told of it before anything was read", async () => {
    await good("import", "legacy", sampleFolder);
    const out = path.join(installation.folder, "out");
    const told = async (): Promise<number> => Number(await installation.query("SELECT COUNT(*) FROM audit_log WHERE action = 'data.exported'"));
    let failures = 0;
    for (let number = 1; (await spoilt(installation, "fsync:error=EIO", number, "export", "legacy", out)).code !== 0; number += 1) {
      expect(existsSync(out), String(number)).toBe(false);
      failures += 1;
    }
    expect(failures).toBeGreaterThan(2);
    expect(await told()).toBeGreaterThan(failures);
    expect(readdirSync(out)).toHaveLength(4);
  });

  test("a folder with a slash at its end is the same folder", async () => {
    const folder = copied();
    mkdirSync(path.join(path.dirname(folder), "indicators"));
    writeFileSync(path.join(path.dirname(folder), "indicators", "indicator_registry.json"), "{}");
    for (const name of [folder, `${folder}/`, `${folder}/.`]) expect(await good("import", "legacy", name, "--dry-run"), name).toMatch(/indicators: programs that a model wrote/);
  });

  test("a data folder of the predecessor is recognised at the start, and not touched", async () => {
    const folder = copied();
    mkdirSync(path.dirname(installation.dataFolder), { recursive: true });
    rmSync(installation.dataFolder, { recursive: true, force: true });
    renameSync(folder, installation.dataFolder);
    const before = bytesOf(installation.dataFolder);
    for (const args of [["serve"], ["import", "legacy", sampleFolder], ...(database === "sqlite" ? [["backup", "x"], ["vault", "status"], ["admin", "list"], ["export", "legacy", "x"]] : [])]) {
      const done = await run(...args);
      expect(done.code, args.join(" ")).toBe(1);
      expect(done.stderr).toContain(`kontor import legacy ${installation.dataFolder}.old`);
    }
    const same = await run("import", "legacy", installation.dataFolder);
    expect(same.code).toBe(1);
    expect(same.stderr).toMatch(/is the data folder itself/);
    expect(bytesOf(installation.dataFolder)).toEqual(before);
  });
});
