/** The life of the keys: made once, missing, wrong, rotated, recovered; whatever is wrong with them, the rest works and nothing is lost. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { randomBytes, randomInt } from "node:crypto";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemOf, problemType } from "./support/client";
import { apiBase } from "./support/contract";
import { programFile, wantedDatabases } from "./support/environment";
import { newMember, type Person } from "./support/people";
import { Installation, Program, runProgram, type CommandResult, type Settings } from "./support/program";
import { findPlanted } from "./support/secrets";
import { listSecrets, newValue, recoveryKeyIn, saveSecret, secretsPath, valueOf } from "./support/vault";
import { until } from "./support/until";

const newKey = (): string => randomBytes(32).toString("base64");

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let me: Person;
  let value: string;
  let recoveryKey: string;
  let keyFile: string;

  /** The recovery key, which comes after the line that says where the program listens. */
  const shownRecoveryKey = async (at: Program): Promise<string> => {
    await until("a recovery key is printed", () => recoveryKeyIn(at.output) !== undefined);
    return recoveryKeyIn(at.output) as string;
  };
  beforeEach(async () => {
    installation = await Installation.create(database);
    keyFile = path.join(installation.dataFolder, "vault.key");
    program = await Program.start({ installation });
    recoveryKey = await shownRecoveryKey(program);
    me = await newMember(program);
    value = newValue();
    await saveSecret(program, me.token, "key", value);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const vault = async (action: string, options: { stdin?: string; settings?: Settings } = {}): Promise<CommandResult> => await installation.command(["vault", action], options);
  const restart = async (settings: Settings = {}): Promise<void> => {
    await program.stop();
    program = await Program.start({ installation, settings });
  };
  const keyIds = async (): Promise<string[]> => (await installation.query("SELECT id FROM vault_master_keys ORDER BY generation DESC")).split("\n");
  /** The vault is shut and says which key it wants; all else works, and nothing was made in its place. */
  const expectShut = async (type: string, doctorSays: RegExp): Promise<void> => {
    const [id] = await keyIds();
    for (const [method, target, json] of [
      ["GET", secretsPath, undefined],
      ["POST", secretsPath, { name: "key", value: newValue() }],
      ["GET", `${secretsPath}/key`, undefined],
      ["DELETE", `${secretsPath}/key`, undefined],
      ["DELETE", secretsPath, undefined],
      ["GET", `${secretsPath}/key/versions`, undefined],
      ["POST", `${secretsPath}/key/undelete`, undefined],
      ["POST", `${secretsPath}/key/reveal`, {}],
    ] as const) {
      const reply = await program.send(method, target, { token: me.token, json });
      expect([reply.status, problemType(reply)], `${method} ${target}`).toEqual([503, type]);
      expect(problemOf(reply).detail).toContain(id);
      // Where files are is for the operator.
      expect(reply.text).not.toContain(installation.dataFolder);
    }
    expect((await program.send("GET", `${apiBase}/health`)).json).toMatchObject({ status: "ok", checks: { database: "ok", vault: "unavailable" } });
    expect((await program.login(me.email, me.password)).status).toBe(200);
    await newMember(program);
    expect(program.output).toBe("");
    expect(program.log).toContain(id);
    expect(await keyIds()).toEqual([id]);
    const said = await installation.command(["doctor", "--offline"]);
    expect(said.stdout).toMatch(doctorSays);
    expect((await vault("status")).code).toBe(1);
  };
  const expectOpen = async (): Promise<void> => {
    expect(await valueOf(program, me.token, "key")).toBe(value);
    expect((await program.send("GET", `${apiBase}/health`)).json).toMatchObject({ status: "ok", checks: { vault: "ok" } });
  };

  test("the key is made once, for its owner's eyes; the recovery key is shown once, and is not in the log", async () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(program.log).not.toContain(recoveryKey);
    expect(findPlanted(program.log)).toEqual([]);
    const text = readFileSync(keyFile, "utf8");
    const key = text.trim().split("\n").at(-1)?.split(" ")[1] as string;
    expect(program.log).not.toContain(key);
    await restart();
    expect(program.output).toBe("");
    expect(readFileSync(keyFile, "utf8")).toBe(text);
    await expectOpen();
    const status = await vault("status");
    expect(status.stdout).toMatch(/^state +ready$/m);
    expect(status.stdout).not.toContain(key);
    expect(status.code).toBe(0);
  });

  test("c.74 a key that is gone, cut, changed by a bit, another one, open to others or no file", async () => {
    const good = readFileSync(keyFile, "utf8");
    const lines = good.trim().split("\n");
    const [id = "", key = ""] = (lines.at(-1) as string).split(" ");
    const flipped = Buffer.from(key, "base64url");
    flipped[7] = (flipped[7] as number) ^ 1;
    const write = (text: string): void => writeFileSync(keyFile, text, { mode: 0o600 });
    const rows: Record<string, [break_: () => void, type: string]> = {
      gone: [() => undefined, "vault-key-missing"],
      empty: [() => write(""), "vault-key-missing"],
      "a comment only": [() => write(lines[0] as string), "vault-key-missing"],
      cut: [() => write(good.trimEnd().slice(0, -5)), "vault-key-missing"],
      "changed by a bit": [() => write(`${id} ${flipped.toString("base64url")}\n`), "vault-key-missing"],
      "changed by a bit, without its id": [() => write(`${flipped.toString("base64url")}\n`), "vault-key-wrong"],
      another: [() => write(newKey()), "vault-key-wrong"],
      "open to others": [() => { write(good); chmodSync(keyFile, 0o644); }, "vault-key-missing"],
      "a link": [() => { writeFileSync(`${keyFile}.other`, good, { mode: 0o600 }); symlinkSync(`${keyFile}.other`, keyFile); }, "vault-key-missing"],
      "a folder": [() => mkdirSync(keyFile), "vault-key-missing"],
    };
    for (const [name, [breakIt, type]] of Object.entries(rows)) {
      rmSync(keyFile, { recursive: true, force: true });
      breakIt();
      await restart();
      try {
        await expectShut(type, /^FAIL vault: /m);
      } catch (why) {
        throw new Error(`${name}: ${String(why)}`, { cause: why });
      }
    }
    rmSync(keyFile, { recursive: true, force: true });
    rmSync(`${keyFile}.other`, { force: true });
    write(good);
    await restart();
    await expectOpen();
  }, 120_000);

  test("the operator's own key, from a file or from the environment", async () => {
    const mine = path.join(installation.folder, "mine.key");
    writeFileSync(mine, readFileSync(keyFile), { mode: 0o600 });
    rmSync(keyFile);
    for (const settings of [{ VAULT_KEY_FILE: mine }, { VAULT_KEY: readFileSync(mine, "utf8").trim().split("\n").at(-1)?.split(" ")[1] }]) {
      await restart(settings);
      await expectOpen();
      expect(existsSync(keyFile)).toBe(false);
    }
    const both = await installation.command(["serve"], { settings: { VAULT_KEY: newKey(), VAULT_KEY_FILE: mine } });
    expect(both.code).toBe(2);
    expect(both.stderr).toMatch(/VAULT_KEY .*VAULT_KEY_FILE/);
    await restart({ VAULT_KEY_FILE: path.join(installation.folder, "nothing") });
    await expectShut("vault-key-missing", /^FAIL vault: /m);
  });

  test("with the recovery key the file is made again, with another text it is not", async () => {
    const good = readFileSync(keyFile, "utf8");
    rmSync(keyFile);
    for (const wrong of ["", "x", recoveryKey.slice(5), "0000-0000-0000-0000-0000-0000-0000-0000-0000"]) {
      const said = await vault("recover", { stdin: `${wrong}\n` });
      expect(said.code).toBe(1);
      expect(said.stderr).toMatch(/not the recovery key/);
      expect(existsSync(keyFile)).toBe(false);
    }
    const said = await vault("recover", { stdin: `${recoveryKey.toUpperCase().replaceAll("-", " ")}\n` });
    expect(said.code, said.stderr).toBe(0);
    expect(readFileSync(keyFile, "utf8")).toBe(good);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    await restart();
    await expectOpen();

    const renewed = await vault("recovery-key");
    const next = recoveryKeyIn(renewed.stdout) as string;
    expect(next).not.toBe(recoveryKey);
    rmSync(keyFile);
    expect((await vault("recover", { stdin: recoveryKey })).code).toBe(1);
    expect((await vault("recover", { stdin: next })).code).toBe(0);
    // What is there already and cannot be used is not replaced.
    writeFileSync(keyFile, "what is this\n", { mode: 0o600 });
    expect((await vault("recover", { stdin: next })).code).toBe(1);
    expect(readFileSync(keyFile, "utf8")).toBe("what is this\n");
    writeFileSync(keyFile, good);
  });

  test("a.33 a rotation while the server reads and writes: nobody notices", { timeout: 60_000 }, async () => {
    const people = [me, ...(await Promise.all(Array.from({ length: 20 }, async () => await newMember(program))))];
    const values = new Map(people.map((person) => [person, newValue()]));
    for (const person of people) await saveSecret(program, person.token, "key", values.get(person) as string);
    const [before] = await keyIds();
    let running = true;
    let asked = 0;
    const worker = async (person: Person): Promise<void> => {
      for (let i = 0; running; i += 1) {
        expect(await valueOf(program, person.token, "key")).toBe(values.get(person));
        expect((await saveSecret(program, person.token, `other_${i % 3}`, newValue())).status).toBeLessThan(300);
        asked += 1;
      }
    };
    const workers = people.slice(0, 4).map(worker);
    await until("the server is busy", () => asked > 8);
    const said = await vault("rotate");
    expect(said.code, said.stderr).toBe(0);
    const then = asked;
    await until("it goes on", () => asked > then + 8);
    // Whose first secret it is gets a key under the new one, by a server that was not told.
    const guest = await newMember(program);
    expect((await saveSecret(program, guest.token, "key", newValue())).status).toBe(201);
    running = false;
    await Promise.all(workers);
    for (const person of people) expect(await valueOf(program, person.token, "key")).toBe(values.get(person));
    const [after, ...rest] = await keyIds();
    expect(after).not.toBe(before);
    expect(rest).toEqual([]);
    expect(await installation.query("SELECT DISTINCT master_key_id FROM vault_user_keys")).toBe(after);
    expect(readFileSync(keyFile, "utf8")).not.toContain(before);

    // The new recovery key holds, the old one is void.
    const next = recoveryKeyIn(said.stdout) as string;
    rmSync(keyFile);
    expect((await vault("recover", { stdin: recoveryKey })).code).toBe(1);
    expect((await vault("recover", { stdin: next })).code).toBe(0);
    value = values.get(me) as string;
    await restart();
    await expectOpen();
    const acts = await installation.query("SELECT action FROM audit_log WHERE action LIKE 'vault.%' ORDER BY seq");
    expect(acts.split("\n")).toEqual(["vault.key_made", "vault.key_made", "vault.key_retired", "vault.key_recovered"]);
    expect((await installation.command(["doctor", "--offline"])).stdout).toMatch(/^ok {3}vault: /m);
  });

  test("of rotations at once one works and the others are told; a recovery key that nobody got is told of", { timeout: 60_000 }, async () => {
    for (let round = 0; round < 4; round += 1) {
      const said = await Promise.all([vault("rotate"), vault("rotate"), vault("rotate")]);
      const codes = said.map((each) => each.code).sort();
      expect(codes[0], said.map((each) => each.stdout + each.stderr).join("\n")).toBe(0);
      for (const each of said) if (each.code !== 0) expect(each.stderr).toMatch(/being changed by another command/);
      await expectOpen();
    }
    expect((await vault("status")).stdout).not.toMatch(/never shown/);

    const unseen = await runProgram(["vault", "recovery-key"], { env: installation.environment(), cwd: installation.folder, outputTo: "/dev/full" });
    expect([unseen.code, unseen.stderr]).toEqual([1, expect.stringMatching(/nobody has it.*kontor vault recovery-key makes another/s)]);
    expect((await vault("status")).stdout).toMatch(/never shown/);
    expect((await installation.command(["doctor", "--offline"])).stdout).toMatch(/FAIL vault: Nobody has seen its recovery key/);
    expect((await vault("recovery-key")).code).toBe(0);
    expect((await vault("status")).stdout).not.toMatch(/never shown/);
  });

  test("an operator who keeps the key puts the new one in front", async () => {
    const mine = path.join(installation.folder, "mine.key");
    const good = readFileSync(keyFile, "utf8");
    writeFileSync(mine, good, { mode: 0o600 });
    rmSync(keyFile);
    const settings = { VAULT_KEY_FILE: mine };
    await restart(settings);
    const asked = await vault("rotate", { settings });
    expect(asked.code).toBe(1);
    expect(asked.stderr).toMatch(/put a new one in front/);
    const [before] = await keyIds();
    const next = newKey();
    writeFileSync(mine, `${next}\n${good}`, { mode: 0o600 });
    const said = await vault("rotate", { settings });
    expect(said.code, said.stderr).toBe(0);
    expect(said.stdout).toMatch(new RegExp(`needed no more.*${before}`));
    writeFileSync(mine, `${next}\n`, { mode: 0o600 });
    await restart(settings);
    await expectOpen();
  });

  test("an export holds everything and opens with its own key alone; an import leaves alone what is there", async () => {
    const other = await newMember(program);
    const others = newValue();
    await saveSecret(program, other.token, "key", others);
    const file = path.join(installation.folder, "secrets.export");
    const made = await installation.command(["vault", "export", file]);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^2 secrets are in /);
    const key = recoveryKeyIn(made.stdout) as string;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const held = readFileSync(file, "utf8");
    expect(findPlanted(held)).toEqual([]);
    expect(held).not.toContain(me.id);
    expect((await installation.command(["vault", "export", file])).code).toBe(1);
    expect(readFileSync(file, "utf8")).toBe(held);
    expect(await installation.query("SELECT count(*) FROM audit_log WHERE action = 'vault.exported'")).toBe("1");

    const newer = newValue();
    await saveSecret(program, me.token, "key", newer);
    await program.send("DELETE", `${secretsPath}/key?permanently=true`, { token: other.token });
    const bring = async (stdin: string): Promise<CommandResult> => await installation.command(["vault", "import", file], { stdin });
    expect((await bring(recoveryKey)).code).toBe(1);
    expect((await bring("x")).code).toBe(1);
    expect(await valueOf(program, other.token, "key")).toBe("404 not-found");
    const said = await bring(`${key}\n`);
    expect([said.code, said.stdout]).toEqual([0, "1 secrets were saved. 1 are there already and stay as they are, 0 belong to accounts that are not here.\n"]);
    expect(await valueOf(program, other.token, "key")).toBe(others);
    expect(await valueOf(program, me.token, "key")).toBe(newer);
    // What cannot be read is not overwritten by an import either, and the log names it.
    await installation.query(`UPDATE vault_versions SET token = 'x' || token WHERE user_id = '${me.id}' AND name = 'key'`);
    expect((await bring(key)).stdout).toMatch(/^0 secrets were saved\. 1 are there already .*\n1 are there, cannot be read/);
    const entry = await installation.query(`SELECT detail FROM audit_log WHERE action = 'secret.unreadable' AND owner_id = '${me.id}'`);
    expect((JSON.parse(entry) as { name: string }).name).toBe(`user_${me.id}_key`);
    writeFileSync(file, held.trimEnd().split("\n").slice(0, -1).join("\n"));
    expect((await bring(key)).stderr).toMatch(/not whole/);
  });

  test("c.75 kill -9 in the middle of a rotation: everything reads, and the next run finishes", { timeout: 120_000 }, async () => {
    const people = [me, ...(await Promise.all(Array.from({ length: 30 }, async () => await newMember(program))))];
    const values = new Map(people.map((person) => [person, newValue()]));
    for (const person of people) await saveSecret(program, person.token, "key", values.get(person) as string);
    let killed = 0;
    for (let round = 0; round < 8; round += 1) {
      const child = spawn(programFile, ["vault", "rotate"], { env: installation.environment(), cwd: installation.folder, stdio: ["ignore", "pipe", "inherit"] });
      const ended = new Promise<boolean>((resolve) => child.once("close", (_code, signal) => resolve(signal === "SIGKILL")));
      let lines = randomInt(0, 7);
      child.stdout.on("data", (chunk: Buffer) => {
        recoveryKeyIn(chunk.toString("utf8"));
        lines -= chunk.toString("utf8").split("\n").length;
        if (lines <= 0) child.kill("SIGKILL");
      });
      if (lines === 0) child.kill("SIGKILL");
      if (await ended) killed += 1;
      for (const person of people) expect(await valueOf(program, person.token, "key")).toBe(values.get(person));
      value = values.get(me) as string;
      await restart();
      await expectOpen();
    }
    expect(killed).toBeGreaterThan(0);
    expect((await vault("rewrap")).code).toBe(0);
    expect(await keyIds()).toHaveLength(1);
    for (const person of people) expect(await valueOf(program, person.token, "key")).toBe(values.get(person));
    expect(await listSecrets(program, me.token)).toHaveLength(1);
  });
});
