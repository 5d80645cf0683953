/** The key of the audit log: its own or the signing key, the same for everybody who writes to one database. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program, type Settings } from "./support/program";
import { newPassword, plant } from "./support/secrets";

const newKey = (): string => {
  const key = randomBytes(32).toString("hex");
  plant(key);
  return key;
};

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await Installation.create(database);
  });
  afterEach(() => {
    installation.remove();
  });

  const auditLine = async (settings: Settings): Promise<string> => {
    const said = await installation.command(["doctor", "--offline"], { settings });
    return said.stdout.split("\n").find((line) => line.slice(5).startsWith("audit log: ")) ?? said.stdout + said.stderr;
  };
  const begun = async (settings: Settings): Promise<string> => {
    const program = await Program.start({ installation, settings });
    const email = newEmail();
    await program.account(email, newPassword());
    await program.stop();
    return email;
  };

  test("a server and a command with another key write nothing, and say which setting it is", async () => {
    const own = { JWT_SECRET_KEY: newKey() };
    const email = await begun(own);
    const entries = await installation.query("SELECT count(*) FROM audit_log");
    for (const other of [{ JWT_SECRET_KEY: newKey() }, { ...own, AUDIT_KEY: newKey() }]) {
      for (const args of [["serve"], ["admin", "promote", email]]) {
        const refused = await installation.command(args, { settings: other });
        expect(refused.code, args.join(" ")).toBe(1);
        expect(refused.stderr).toMatch(/another key.*AUDIT_KEY/);
        for (const key of Object.values(other)) expect(refused.stderr).not.toContain(key);
      }
      expect(await auditLine(other)).toMatch(/^FAIL audit log: .*another key/);
    }
    expect(await installation.query("SELECT count(*) FROM audit_log")).toBe(entries);
    expect((await installation.command(["admin", "promote", email], { settings: own })).code).toBe(0);
    expect(await auditLine(own)).toMatch(/^ok {3}audit log: /);
  });

  test("with a key of its own the log outlives the signing key", async () => {
    const audit = newKey();
    await begun({ JWT_SECRET_KEY: newKey(), AUDIT_KEY: audit });
    await begun({ JWT_SECRET_KEY: newKey(), AUDIT_KEY: audit });
    expect(await auditLine({ JWT_SECRET_KEY: newKey(), AUDIT_KEY: audit })).toMatch(/^ok {3}audit log: /);

    expect(await auditLine({ JWT_SECRET_KEY: audit, AUDIT_KEY: undefined })).toMatch(/^ok {3}audit log: /);
  });

  test("a lost key: an operator goes on with another, and what cannot be verified any more is named", async () => {
    await begun({ JWT_SECRET_KEY: newKey() });
    const found = { JWT_SECRET_KEY: newKey() };
    expect((await installation.command(["admin", "accept-audit-log"], { settings: found })).code).toBe(0);
    await begun(found);
    expect(await auditLine(found)).toMatch(/^FAIL audit log: audit entry 1 was written with another key/);
  });

  test("a jwt.key that is lost: the start refuses and makes no other, until an operator goes on without it", async () => {
    const file = path.join(installation.dataFolder, "jwt.key");
    await begun({});
    const lost = readFileSync(file, "utf8").trim();
    plant(lost);
    rmSync(file);
    for (const args of [["serve"], ["admin", "end-all-sessions"]]) {
      const refused = await installation.command(args);
      expect(refused.code, args.join(" ")).toBe(1);
      expect(refused.stderr).toMatch(/There is no key \S+jwt\.key.*backup/);
      expect(existsSync(file), args.join(" ")).toBe(false);
    }
    // Who has the key itself may set it; the log needs no more.
    await begun({ AUDIT_KEY: lost });
    expect(await auditLine({ AUDIT_KEY: lost })).toMatch(/^ok {3}audit log: /);
    rmSync(file);

    const accepted = await installation.command(["admin", "accept-audit-log"]);
    expect(accepted.code, accepted.stderr).toBe(0);
    expect(accepted.stdout).toContain(`That key is a new one: ${file}.`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await begun({});
    expect(await auditLine({})).toMatch(/^FAIL audit log: audit entry 1 was written with another key/);
  });

  test("a second node needs the same key", async () => {
    if (database === "sqlite") return;
    const own = { JWT_SECRET_KEY: newKey() };
    const first = await Program.start({ installation, settings: own });
    const elsewhere = { DATA_DIR: `${installation.dataFolder}-2` };
    const refused = await installation.command(["serve"], { settings: { ...elsewhere, JWT_SECRET_KEY: undefined } });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/AUDIT_KEY/);
    const second = await Program.start({ installation, settings: { ...own, ...elsewhere } });
    await Promise.all([first, second].map(async (node) => await node.account(newEmail(), newPassword())));
    await second.stop();
    await first.stop();
    expect(await auditLine(own)).toMatch(/^ok {3}audit log: /);
  });
});
