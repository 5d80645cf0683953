/** The vault from outside: what goes in, what comes out, for whom, and what is left behind. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { filesWith } from "./support/files";
import { newAdmin, newMember, type Person } from "./support/people";
import { dump } from "./support/postgres";
import { findInMemory, mayTrace } from "./support/process";
import { Installation, Program } from "./support/program";
import { findPlanted, newPassword } from "./support/secrets";
import { listSecrets, newValue, revealSecret, saveSecret, secretsPath, valueOf, type Secret } from "./support/vault";

const refusal = (reply: Reply): string => `${reply.status} ${problemType(reply)}`;

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  beforeAll(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { LOG_LEVEL: "trace" } });
  });
  // This also looks for every value that was sent in the log, at its most talkative, and in the files.
  afterAll(async () => {
    await program.stop();
    installation.remove();
  });

  const remove = async (by: Person, name: string, query = ""): Promise<number> => (await program.send("DELETE", `${secretsPath}/${name}${query}`, { token: by.token })).status;
  const undelete = async (by: Person, name: string): Promise<Reply> => await program.send("POST", `${secretsPath}/${name}/undelete`, { token: by.token });
  const versions = async (by: Person, name: string): Promise<number[]> =>
    ((await program.send("GET", `${secretsPath}/${name}/versions`, { token: by.token })).json as { versions: { version: number }[] }).versions.map((each) => each.version);
  const timeline = async (by: Person): Promise<string[]> =>
    ((await program.send("GET", `${apiBase}/auth/timeline?limit=100`, { token: by.token })).json as { events: { action: string }[] }).events.map((event) => event.action);

  test("AnythingLLM CVE-2026-24477, c.87: a value goes in, is listed by its end, and comes out for its owner alone", async () => {
    const me = await newMember(program);
    const value = newValue();
    const saved = await saveSecret(program, me.token, "bitget_api_key", value);
    expect(saved.status, saved.text).toBe(201);
    expect(saved.headers.location).toBe(`${secretsPath}/bitget_api_key`);
    const expected = { name: "bitget_api_key", version: 1, readable: true, last_four: value.slice(-4) };
    expect(saved.json).toMatchObject(expected);
    // The client insists that no reply but that of a reveal carries the value.
    expect(await listSecrets(program, me.token)).toEqual([saved.json]);
    expect((await program.send("GET", `${secretsPath}/bitget_api_key`, { token: me.token })).json).toEqual(saved.json);
    const shown = await revealSecret(program, me.token, "bitget_api_key");
    expect(shown.json).toEqual({ name: "bitget_api_key", version: 1, value });
    expect(shown.headers["cache-control"]).toBe("no-store");
    // Of a short value even four characters would tell too much.
    expect((await saveSecret(program, me.token, "pin", "a short value 12345")).json as Secret).not.toHaveProperty("last_four");
    expect(await timeline(me)).toEqual(expect.arrayContaining(["secret.saved", "secret.revealed"]));
  });

  test("text of every kind comes back byte by byte, and so does the longest one", async () => {
    const me = await newMember(program);
    for (const value of [" ", "\u0000", "ä€😀", '"\\</script>\u2028', "\r\n\t\u0001\u007f", "x".repeat(65_536), "\u0001".repeat(65_536), "€".repeat(21_845)]) {
      expect((await saveSecret(program, me.token, "text", value)).status).toBeLessThan(300);
      expect(await valueOf(program, me.token, "text")).toBe(value);
    }
  });

  test("every limit just under and just over", async () => {
    const me = await newMember(program);
    for (const [name, value, errors] of [
      ["a".repeat(65), "v", ["/name not_allowed"]],
      ["", "v", ["/name not_allowed"]],
      ["A", "v", ["/name not_allowed"]],
      ["../x", "v", ["/name not_allowed"]],
      ["a", "", ["/value too_short"]],
      ["a", "v".repeat(65_537), ["/value too_long"]],
      ["a", `${"€".repeat(21_845)}ab`, ["/value too_long"]],
    ] as const) {
      const refused = await saveSecret(program, me.token, name, value);
      expect([refused.status, fieldErrors(refused)]).toEqual([422, errors]);
    }
    expect((await saveSecret(program, me.token, "a".repeat(64), "v")).status).toBe(201);
    expect((await saveSecret(program, me.token, "a", "v".repeat(1_000_000))).status).toBe(413);
    expect(fieldErrors(await saveSecret(program, me.token, "a", "v", { expected_version: -1, user_id: me.id }))).toEqual(["/expected_version not_allowed", "/user_id unknown_member"]);
    expect((await listSecrets(program, me.token)).map((each) => each.name)).toEqual(["a".repeat(64)]);
  });

  test("ten versions are kept, each can be shown, the eleventh pushes the first out", async () => {
    const me = await newMember(program);
    const values = Array.from({ length: 12 }, newValue);
    for (const [i, value] of values.entries()) expect(((await saveSecret(program, me.token, "key", value)).json as Secret).version).toBe(i + 1);
    expect(await versions(me, "key")).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    for (let version = 3; version <= 12; version += 1) expect(await valueOf(program, me.token, "key", version)).toBe(values[version - 1]);
    for (const version of [1, 2, 13]) expect(await valueOf(program, me.token, "key", version)).toBe("404 not-found");
  });

  test("of writers who saw the same version one wins, and the others are told", async () => {
    const me = await newMember(program);
    expect((await saveSecret(program, me.token, "key", newValue(), { expected_version: 1 })).status).toBe(412);
    for (const expected_version of [0, 1, 2]) {
      const replies = await Promise.all(Array.from({ length: 8 }, async () => await saveSecret(program, me.token, "key", newValue(), { expected_version })));
      expect(replies.filter((reply) => reply.status < 300)).toHaveLength(1);
      for (const reply of replies.filter((each) => each.status >= 300)) expect(refusal(reply)).toBe("412 version-changed");
      expect(await versions(me, "key")).toHaveLength(expected_version + 1);
    }
  });

  test("a deleted secret comes back as it was; what is deleted for good does not", async () => {
    const me = await newMember(program);
    const value = newValue();
    await saveSecret(program, me.token, "key", value);
    expect(await remove(me, "key")).toBe(204);
    expect(await remove(me, "key")).toBe(404);
    expect(await valueOf(program, me.token, "key")).toBe("404 not-found");
    expect((await listSecrets(program, me.token))[0]).toMatchObject({ name: "key", version: 1, readable: true, deleted_at: expect.any(String) as string });
    const back = await undelete(me, "key");
    expect(back.json).toMatchObject({ name: "key", version: 1, readable: true });
    expect(back.json).not.toHaveProperty("deleted_at");
    expect((await undelete(me, "key")).status).toBe(404);
    expect(await valueOf(program, me.token, "key")).toBe(value);

    expect(await remove(me, "key", "?permanently=maybe")).toBe(422);
    expect(await remove(me, "key", "?permanent=true")).toBe(422);
    expect(await remove(me, "key", "?permanently=true")).toBe(204);
    expect(await listSecrets(program, me.token)).toEqual([]);
    expect((await undelete(me, "key")).status).toBe(404);
    expect((await timeline(me)).filter((action) => action.startsWith("secret.") && action !== "secret.revealed")).toEqual([
      "secret.destroyed",
      "secret.undeleted",
      "secret.deleted",
      "secret.saved",
    ]);
  });

  test("a reveal needs a proof that is younger than ten minutes, and no other call does", async () => {
    const me = await newMember(program);
    const value = newValue();
    await saveSecret(program, me.token, "key", value);
    await installation.query(`UPDATE sessions SET proved_at = proved_at - 660000000 WHERE user_id = '${me.id}'`);
    await expect.poll(async () => refusal(await revealSecret(program, me.token, "key"))).toBe("403 step-up-required");
    expect(refusal(await program.send("DELETE", secretsPath, { token: me.token }))).toBe("403 step-up-required");
    expect((await saveSecret(program, me.token, "key", newValue())).status).toBe(200);
    expect(await listSecrets(program, me.token)).toHaveLength(1);
    const proved = await program.send("POST", `${apiBase}/auth/step-up`, { token: me.token, json: { password: me.password } });
    expect(proved.status).toBe(200);
    const { access_token } = proved.json as { access_token: string };
    const revealed = async (): Promise<string[]> =>
      (await installation.query(`SELECT detail FROM audit_log WHERE action = 'secret.revealed' AND owner_id = '${me.id}' ORDER BY seq`)).split("\n").filter((line) => line !== "");
    // The server may have been asked before it noticed that the proof is old.
    const before = await revealed();
    expect(await valueOf(program, access_token, "key", 1)).toBe(value);
    const after = await revealed();
    expect(after.slice(0, -1)).toEqual(before);
    expect(JSON.parse(after.at(-1) as string)).toEqual({ name: `user_${me.id}_key`, version: 1 });
  });

  test("c.72 rows that are exchanged between people, names and versions: those secrets are unreadable, and everything else reads", async () => {
    const [ann, bob] = [await newMember(program), await newMember(program)];
    const kept = newValue();
    for (const person of [ann, bob]) {
      for (const name of ["one", "two"]) for (let i = 0; i < 2; i += 1) await saveSecret(program, person.token, name, newValue());
      await saveSecret(program, person.token, "kept", kept);
    }
    const token = (person: Person, name: string, version: number): string =>
      `(SELECT token FROM vault_versions WHERE user_id = '${person.id}' AND name = '${name}' AND version = ${version})`;
    const put = async (person: Person, name: string, what: string): Promise<void> => {
      await installation.query(`UPDATE vault_versions SET token = ${what} WHERE user_id = '${person.id}' AND name = '${name}' AND version = 2`);
    };
    await put(ann, "one", token(bob, "one", 2));
    await put(ann, "two", token(ann, "two", 1));
    await put(bob, "two", token(bob, "one", 2));
    await installation.query(`UPDATE vault_secrets SET version = 1 WHERE user_id = '${bob.id}' AND name = 'one'`);
    for (const person of [ann, bob]) {
      expect((await listSecrets(program, person.token)).map((each) => [each.name, each.readable])).toEqual([["kept", true], ["one", false], ["two", false]]);
      expect(await valueOf(program, person.token, "kept")).toBe(kept);
      for (const name of ["one", "two"]) {
        expect(await valueOf(program, person.token, name)).toBe("409 secret-unreadable");
        expect(refusal(await saveSecret(program, person.token, name, newValue()))).toBe("409 secret-unreadable");
        const value = newValue();
        expect((await saveSecret(program, person.token, name, value, { replace_unreadable: true })).status).toBe(200);
        expect(await valueOf(program, person.token, name)).toBe(value);
      }
      const entries = await installation.query(`SELECT detail FROM audit_log WHERE action = 'secret.unreadable' AND owner_id = '${person.id}'`);
      const names = entries.split("\n").map((line) => (JSON.parse(line) as { name: string }).name);
      expect(names.sort()).toEqual([`user_${person.id}_one`, `user_${person.id}_two`]);
    }
  });

  test("a data key that was changed: the way out is to begin anew", async () => {
    const me = await newMember(program);
    await saveSecret(program, me.token, "key", newValue());
    await installation.query(`UPDATE vault_user_keys SET wrapped = 'x' || wrapped WHERE user_id = '${me.id}'`);
    expect((await listSecrets(program, me.token)).map((each) => each.readable)).toEqual([false]);
    expect(refusal(await saveSecret(program, me.token, "other", newValue(), { replace_unreadable: true }))).toBe("409 secret-unreadable");
    expect((await program.send("DELETE", secretsPath, { token: me.token })).status).toBe(204);
    expect((await program.send("DELETE", secretsPath, { token: me.token })).status).toBe(404);
    const value = newValue();
    expect((await saveSecret(program, me.token, "key", value)).status).toBe(201);
    expect(await valueOf(program, me.token, "key")).toBe(value);
  });

  test("a.46 OpenBao CVE-2025-62705: 1,000 secrets and no more; no byte of them in the database, the files, a backup, the log, an error or an archive", { timeout: 180_000 }, async () => {
    const me = await newMember(program);
    const admin = await newAdmin(program);
    const values = Array.from({ length: 1000 }, newValue);
    for (let at = 0; at < values.length; at += 50) {
      const replies = await Promise.all(values.slice(at, at + 50).map(async (value, i) => await saveSecret(program, me.token, `key_${at + i}`, value)));
      expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 201));
    }
    expect(refusal(await saveSecret(program, me.token, "one_more", newValue()))).toBe("409 too-many-secrets");
    expect((await saveSecret(program, me.token, "key_7", newValue())).status).toBe(200);
    expect(await listSecrets(program, me.token)).toHaveLength(1000);
    // Errors of every kind about something that holds a value; the client looks for it in each reply.
    for (const body of [`{"name":"a","value":"${values[0]}"`, `{"name":"a","value":"${values[0]}","value":"b"}`, `{"name":"A","value":"${values[0]}"}`, `{"value":"${values[0]}"}`, `["${values[0]}"]`])
      expect((await program.send("POST", secretsPath, { token: me.token, body })).status).toBeGreaterThanOrEqual(400);
    for (const target of ["/metrics", `${apiBase}/health`, `${apiBase}/admin/audit?limit=100`, `${apiBase}/admin/users/${me.id}`]) await program.send("GET", target, { token: admin.token });

    expect(findPlanted(program.log)).toEqual([]);
    expect(installation.findPlantedInFiles()).toEqual([]);
    if (database === "postgresql") expect(findPlanted(await dump(installation.database.port, installation.database.name))).toEqual([]);
    else {
      expect(findPlanted(await installation.query(".dump"))).toEqual([]);
      // A backup may pack what it holds, so what comes out of it is looked at too.
      const backup = path.join(installation.folder, "kontor.backup");
      const restored = await Installation.create(database);
      expect((await installation.command(["backup", backup])).code).toBe(0);
      expect((await restored.command(["restore", backup])).code).toBe(0);
      expect(Number(await restored.query("SELECT count(*) FROM vault_versions"))).toBeGreaterThanOrEqual(1000);
      expect([...findPlanted(readFileSync(backup)), ...restored.findPlantedInFiles()]).toEqual([]);
      restored.remove();
    }
    // A crash leaves no memory behind: no core file may be written, whatever the shell allowed.
    expect(readFileSync(`/proc/${program.pid}/limits`, "utf8")).toMatch(/^Max core file size +0 +0 /m);
  });

  test("a.46 no value stays in memory when it was answered, so that none is in a core file either", { timeout: 60_000 }, async () => {
    const me = await newMember(program);
    const values = Array.from({ length: 40 }, (_, i) => newValue() + "-".repeat(i % 2 === 0 ? 0 : 20_000));
    for (const [i, value] of values.entries()) {
      await saveSecret(program, me.token, `key_${i}`, value);
      expect(await valueOf(program, me.token, `key_${i}`)).toBe(value);
      await program.send("POST", secretsPath, { token: me.token, json: { name: "not allowed", value } });
    }
    const marks = values.map((value) => value.slice(0, 46));
    // The process is not dumpable: nobody without that right may look at all.
    if (mayTrace()) await expect.poll(() => findInMemory(program.pid, marks), { timeout: 20_000 }).toEqual([]);
    else expect(findInMemory(program.pid, marks)).toBeUndefined();
  });

  test("c.87 when a user is deleted, no byte of their secrets or of their key is left in the files", { timeout: 60_000 }, async () => {
    const [me, other] = [await newMember(program), await newMember(program)];
    const kept = newValue();
    await saveSecret(program, other.token, "key", kept);
    for (let i = 0; i < 12; i += 1) await saveSecret(program, me.token, `key_${i % 3}`, newValue());
    await remove(me, "key_1");
    const traces = (
      await installation.query(
        `SELECT substr(token, 20, 60) FROM vault_versions WHERE user_id = '${me.id}' UNION ALL SELECT substr(wrapped, 20, 60) FROM vault_user_keys WHERE user_id = '${me.id}'` +
          ` UNION ALL SELECT substr(directory, 20, 60) FROM vault_user_keys WHERE user_id = '${me.id}'`,
      )
    ).split("\n");
    expect(traces).toHaveLength(14);
    expect(await filesWith(installation, traces)).not.toEqual([]);
    expect((await program.send("DELETE", `${apiBase}/auth/me`, { token: me.token })).status).toBe(204);
    expect(await filesWith(installation, traces)).toEqual([]);
    expect(await valueOf(program, other.token, "key")).toBe(kept);
  });

  test("kill -9 after an answer changes nothing of what it said", async () => {
    const email = newEmail();
    const password = newPassword();
    const { access_token } = await program.account(email, password);
    const value = newValue();
    await saveSecret(program, access_token, "kept", value);
    await saveSecret(program, access_token, "gone", newValue());
    expect((await program.send("DELETE", `${secretsPath}/gone?permanently=true`, { token: access_token })).status).toBe(204);
    await program.kill();
    program = await Program.start({ installation, settings: { LOG_LEVEL: "trace" } });
    expect((await listSecrets(program, access_token)).map((each) => each.name)).toEqual(["kept"]);
    expect(await valueOf(program, access_token, "kept")).toBe(value);
  });
});
