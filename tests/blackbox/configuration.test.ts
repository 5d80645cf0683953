/** A malformed setting stops the start with a sentence that names it; nothing is guessed. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newEmail, projectFolder } from "./support/environment";
import { freePort } from "./support/postgres";
import { Installation, Program, runProgram } from "./support/program";
import { newPassword, plant } from "./support/secrets";

const goodKey = "Zk3vQ9x1Lr7TnW5sYb2Hc8Jd4Fg6Mp0a";
const otherKey = "a7R2mX9qP4wK8vB1nZ6tC3yL5dF0gHsJ";

let installation: Installation;
beforeEach(async () => {
  installation = await Installation.create();
});
afterEach(() => {
  installation.remove();
});

describe("malformed values", () => {
  const rows: [string, ...string[]][] = [
    ["API_HOST", "localhost:80", "not an address", "999.1.1.1"],
    ["API_PORT", "65536", "-1", "eight", "80x", " 80", "0x50", "1e3", "8500.0"],
    ["PUBLIC_URL", "desk.example", "ftp://desk.example", "javascript:alert(1)", "https://user:pass@desk.example", "https://desk.example/?a=b", "https://desk.example/#x", "https://"],
    ["CORS_ORIGINS", "*", "https://desk.example/path", "desk.example", "https://ok.example,nonsense"],
    ["TRUSTED_PROXIES", "everyone", "10.0.0.0/33", "10.0.0", "::1/129", "127.0.0.1,x"],
    ["ADMIN_EMAIL", "root", "root@localhost@x", "a@b\nc"],
    ["ALLOWED_EMAILS", "ann@example.com,nobody"],
    ["REQUESTS_PER_MINUTE_ADDRESS", "-1", "1000001", "many", "1e3"],
    ["REQUESTS_PER_MINUTE_USER", "-1", "1000001", "many", "1.5"],
    ["CHAT_RUNS_AT_ONCE", "0", "101", "-1", "four"],
    ["CHAT_TOKENS_PER_DAY", "-1", "1000000000001", "many", "1.5"],
    ["WS_ACCEPT_JWT", "yes", "True", "0"],
    ["REGISTRATION", "Open", "yes", "closed ", "invite"],
    ["PASSWORD_MIN_LENGTH", "7", "65", "0", "-8", "eight"],
    ["PASSWORD_BCRYPT_COST", "9", "16", "12.5"],
    ["JWT_EXPIRE_MINUTES", "0", "-5", "1h", "99999999999999999999"],
    ["LOG_LEVEL", "loud", "INFO"],
    ["LOG_FORMAT", "xml"],
    ["DATABASE_URL", "mysql://x/y", "sqlite:///x", "/tmp/x.db"],
    ["VAULT_KEY", "short", "x".repeat(44), "# a comment only"],
    ["EGRESS_ALLOW", "10.0.0.0/33", "https://a.example", "ollama.lan:0", "a b"],
    ["EGRESS_PROXY", "proxy:3128", "socks5://127.0.0.1:1080", "http://", "http://proxy.example/path"],
    ["EGRESS_CA_FILE", "/nowhere/ca.pem", "/etc", "/etc/hostname"],
    ["BITGET_BASE_URL", "api.bitget.com", "http://api.bitget.com", "https://api.bitget.com/api", "https://anna:word@api.bitget.com"],
    ["BITGET_WS_URL", "ws.bitget.com", "https://ws.bitget.com/v2/ws/public", "ws://ws.bitget.com/v2/ws/public", "wss://anna:word@ws.bitget.com"],
    ["LLM_PROVIDER", "anthropic", "OpenAI"],
    ["OPENAI_BASE_URL", "api.openai.com/v1", "https://api.openai.com/v1?key=x"],
    ["AZURE_OPENAI_ENDPOINT", "https://anna:word@desk.openai.azure.com"],
    ["OLLAMA_BASE_URL", "localhost:11434", "unix:///run/ollama"],
    ["JWT_SECRET_KEY", "short", "sixteen-bytes-ok", "x".repeat(31)],
  ];
  test.each(rows.flatMap(([name, ...values]) => values.map((value) => [name, value] as const)))("%s=%j", async (name, value) => {
    const done = await installation.command(["serve"], { settings: { [name]: value } });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain(name);
    expect(done.stderr.trim().split("\n")).toHaveLength(1);
    // Nothing was begun, and no port was opened.
    expect(existsSync(installation.databaseFile)).toBe(false);
    expect(done.stderr).not.toContain("listening");
  });

  test("REGISTRATION=allowlist without addresses", async () => {
    const done = await installation.command(["serve"], { settings: { REGISTRATION: "allowlist" } });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("ALLOWED_EMAILS");
  });

  test("an empty value is as good as none", async () => {
    const empty = { ADMIN_EMAIL: "", JWT_SECRET_KEY: "", PUBLIC_URL: "", CORS_ORIGINS: "", REGISTRATION: "" };
    const program = await Program.start({ installation, settings: empty });
    await program.stop();
  });

  test("a database that does not answer: a sentence without the password in it", async () => {
    const port = await freePort();
    plant("planted-database-password");
    const done = await installation.command(["serve"], {
      settings: { DATABASE_URL: `postgresql://kontor:planted-database-password@127.0.0.1:${port}/x` },
    });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).not.toContain("planted-database-password");
    expect(done.stderr).toMatch(/database|PostgreSQL/i);
  });

  test("a port that is taken: a sentence that names it", async () => {
    const program = await Program.start();
    const done = await installation.command(["serve"], { settings: { API_PORT: String(program.port) } });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain(String(program.port));
    await program.stop();
  });

  test("a data folder that cannot be made", async () => {
    writeFileSync(path.join(installation.folder, "file"), "");
    const done = await installation.command(["serve"], { settings: { DATA_DIR: path.join(installation.folder, "file/data") } });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("file/data");
  });
});

describe(".env and flags", () => {
  const env = (text: string): void => {
    writeFileSync(path.join(installation.folder, ".env"), text);
  };

  test("an unknown name in .env is named", async () => {
    env("API_PORT=0\nAPI_PROT=9\n");
    const done = await installation.command(["serve"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("API_PROT");
  });

  test("an unknown flag is named", async () => {
    const done = await installation.command(["serve", "--api-prot", "9"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("--api-prot");
  });

  test("unknown names in the environment are none of our business", async () => {
    const program = await Program.start({ installation, settings: { API_PROT: "9", SOME_OTHER: "x" } });
    await program.stop();
  });

  test.each<[string, string]>([
    ["no equals sign", "API_PORT 0\n"],
    ["a name twice", "API_PORT=0\nAPI_PORT=1\n"],
    ["an open quote", 'ADMIN_EMAIL="ann@example.com\n'],
    ["a bad value", "REGISTRATION=maybe\n"],
  ])(".env with %s stops the start", async (_name, text) => {
    env(text);
    const done = await installation.command(["serve"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toMatch(/\.env|REGISTRATION/);
  });

  test("flags win over the environment, the environment over .env", async () => {
    env('export PASSWORD_MIN_LENGTH=9 # comment\nREGISTRATION="closed"\nPUBLIC_URL=\'https://env.example\'\n');
    const program = await Program.start({
      installation,
      settings: { REGISTRATION: "open", PASSWORD_MIN_LENGTH: undefined },
      args: ["--password-min-length", "11"],
    });
    const policy = await program.send("GET", "/api/v1/auth/policy");
    expect(policy.json).toMatchObject({ registration: "open", password_min_length: 11 });
    await program.stop();
  });

  test("no flag takes a secret: it would show in the list of processes (c.85)", async () => {
    for (const flag of ["--jwt-secret-key", "--password-pepper", "--database-url"]) {
      const done = await installation.command(["serve", flag, goodKey]);
      expect(done.code, flag).toBeGreaterThan(0);
    }
  });
});

describe("secrets from files", () => {
  const secretFile = (name: string, text: string, mode = 0o600): string => {
    const file = path.join(installation.folder, name);
    writeFileSync(file, text, { mode });
    return file;
  };

  test("JWT_SECRET_KEY_FILE is the same as JWT_SECRET_KEY, final newline or not", async () => {
    plant(goodKey);
    const first = await Program.start({ installation, settings: { JWT_SECRET_KEY: goodKey } });
    const { access_token } = await first.account(newEmail(), newPassword());
    await first.stop();
    for (const text of [goodKey, `${goodKey}\n`]) {
      const program = await Program.start({ installation, settings: { JWT_SECRET_KEY_FILE: secretFile("key", text) } });
      expect((await program.me(access_token)).status).toBe(200);
      await program.stop();
    }
    const other = await Program.start({ installation, settings: { JWT_SECRET_KEY: otherKey, AUDIT_KEY: goodKey } });
    expect((await other.me(access_token)).status).toBe(401);
    await other.stop();
  });

  test("a file that is missing, both forms at once, a short key in the file", async () => {
    for (const settings of [
      { JWT_SECRET_KEY_FILE: "/nowhere/key" },
      { JWT_SECRET_KEY_FILE: secretFile("a", goodKey), JWT_SECRET_KEY: goodKey },
      { JWT_SECRET_KEY_FILE: secretFile("b", "short") },
      { PASSWORD_PEPPER_FILE: "/nowhere/pepper" },
      { AUDIT_KEY_FILE: "/nowhere/audit" },
      { AUDIT_KEY_FILE: secretFile("c", "short") },
      { DATABASE_URL_FILE: "/nowhere/url" },
    ]) {
      const done = await installation.command(["serve"], { settings });
      expect(done.code, JSON.stringify(settings)).toBeGreaterThan(0);
      expect(done.stderr).toContain(Object.keys(settings)[0]?.replace("_FILE", ""));
      expect(done.stderr).not.toContain(goodKey);
    }
  });

  test.each([
    "changeme-changeme-changeme-changeme-1234",
    "your-secret-key-here-please-change-it-now-42",
    "your_secret_key_0123456789_0123456789",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "correct horse battery staple and more words",
    "passwordpasswordpasswordpassword",
  ])("b.3 GHSA-hgx2-28f8-6g2r Kratos: the placeholder or phrase %j is no key", async (key) => {
    const done = await installation.command(["serve"], { settings: { JWT_SECRET_KEY: key } });
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("JWT_SECRET_KEY");
    expect(done.stderr).not.toContain(key);
  });
});

describe("the key in the data folder (a.34, c.74)", () => {
  const keyFile = (): string => path.join(installation.dataFolder, "jwt.key");
  const refusedWithout = async (change: () => void): Promise<void> => {
    const first = await Program.start({ installation });
    await first.stop();
    change();
    const before = readFileSync(keyFile());
    const done = await installation.command(["serve"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("jwt.key");
    expect(readFileSync(keyFile()).equals(before)).toBe(true);
  };

  test.each([0o640, 0o604, 0o644, 0o660])("mode %o: others can read it", async (mode) => {
    await refusedWithout(() => chmodSync(keyFile(), mode));
  });
  test("empty", async () => {
    await refusedWithout(() => writeFileSync(keyFile(), ""));
  });
  test("cut short", async () => {
    await refusedWithout(() => writeFileSync(keyFile(), readFileSync(keyFile()).subarray(0, 20)));
  });
  test("not a key", async () => {
    await refusedWithout(() => writeFileSync(keyFile(), "this is not a key at all, is it?\n"));
  });
  test("a folder in its place", async () => {
    mkdirSync(keyFile(), { recursive: true, mode: 0o700 });
    chmodSync(installation.dataFolder, 0o700);
    const done = await installation.command(["serve"]);
    expect(done.code).toBeGreaterThan(0);
    expect(done.stderr).toContain("jwt.key");
  });
});

describe("the documents", () => {
  test.each<[string, string]>([
    ["--env-example", ".env.example"],
    ["--markdown", "docs/configuration.md"],
  ])("kontor config %s equals %s", async (flag, file) => {
    const said = await runProgram(["config", flag], { env: { PATH: process.env["PATH"] ?? "" }, cwd: installation.folder });
    expect(said.code).toBe(0);
    expect(said.stdout).toBe(readFileSync(path.join(projectFolder, file), "utf8"));
  });

  test(".env.example starts the program as it is, and with every line switched on", async () => {
    const said = await runProgram(["config", "--env-example"], { env: { PATH: process.env["PATH"] ?? "" }, cwd: installation.folder });
    writeFileSync(path.join(installation.folder, ".env"), said.stdout);
    const first = await Program.start({ installation });
    await first.stop();
    writeFileSync(path.join(installation.folder, ".env"), said.stdout.replaceAll(/^# ?([A-Z_]+=)/gm, "$1"));
    const second = await Program.start({ installation });
    await second.stop();
  });
});
