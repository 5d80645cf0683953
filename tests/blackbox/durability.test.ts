/** Nothing acknowledged is lost: restarts, kill -9, and races for one address. */
import { randomInt } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { userOf, withoutFactor, signedInOf } from "./support/client";
import { newEmail, randomText, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation | undefined;
  afterEach(() => {
    installation?.remove();
  });
  const place = async (): Promise<Installation> => (installation = await Installation.create(database));

  const integrity = async (at: Installation): Promise<void> => {
    if (database === "sqlite") expect(await at.query("PRAGMA integrity_check; PRAGMA foreign_key_check;")).toBe("ok");
  };

  test("a restart keeps users and keeps their tokens valid", async () => {
    const at = await place();
    const email = newEmail();
    const password = newPassword();
    const first = await Program.start({ installation: at });
    const before = await first.account(email, password);
    await first.stop();
    const second = await Program.start({ installation: at });
    expect(userOf(await second.me(before.access_token))).toEqual({ ...before.user, ...withoutFactor });
    expect(signedInOf(await second.login(email, password)).user).toEqual(before.user);
    await second.stop();
    await integrity(at);
  });

  test("c.76 kill -9 in the middle of 1,000 answered registrations: every answered one is there, none is half", { timeout: 900_000 }, async () => {
    const at = await place();
    const answered = new Map<string, string>();
    const asked = new Set<string>();
    let inFlightAtKill = 0;
    // The kill comes somewhere in the middle of each fifth, under 24 registrations at once; the next program goes on where it was.
    const rounds = 5;
    for (let round = 1; round <= rounds; round += 1) {
      const program = await Program.start({ installation: at });
      const killAfter = round === rounds ? 1000 : round * 200 - randomInt(100);
      let killed: Promise<void> | undefined;
      const client = async (): Promise<void> => {
        while (killed === undefined) {
          const email = `r${asked.size}-${randomText()}@example.com`;
          const password = newPassword();
          asked.add(email);
          const reply = await program.register(email, password).catch(() => undefined);
          if (reply === undefined) inFlightAtKill += 1;
          else expect(reply.status, reply.text).toBe(201);
          if (reply?.status === 201) {
            answered.set(email, password);
            if (answered.size === killAfter) killed = program.kill();
          }
        }
      };
      await Promise.all(Array.from({ length: 24 }, client));
      await killed;
      await integrity(at);
    }
    expect(answered.size).toBeGreaterThanOrEqual(1000);
    // Otherwise the kill came between requests and nothing was put to the test.
    expect(inFlightAtKill).toBeGreaterThan(0);

    const program = await Program.start({ installation: at });
    await integrity(at);
    const rows = (await at.query("SELECT email, length(hashed_password), is_active, is_admin FROM users")).split("\n");
    const stored = new Map(rows.map((row) => [row.split("|")[0] as string, row]));
    expect(stored.size).toBe(rows.length);
    expect([...answered.keys()].filter((email) => !stored.has(email))).toEqual([]);
    expect([...stored.keys()].filter((email) => !asked.has(email))).toEqual([]);
    expect(new Set(rows.map((row) => row.split("|").slice(1).join("|"))).size).toBe(1);
    const sample = [...answered].filter(() => randomInt(8) === 0).slice(0, 40);
    const logins = await Promise.all(sample.map(async ([email, password]) => (await program.login(email, password)).status));
    expect(logins.every((status) => status === 200)).toBe(true);
    expect(sample.length).toBeGreaterThan(10);
    await program.stop();
  });

  test("a.41 c.29 50 parallel registrations of one address: one 201, 49 × 409, one row", async () => {
    const at = await place();
    const program = await Program.start({ installation: at });
    const email = newEmail();
    const spellings = [email, email.toUpperCase(), email.replace("u", "U"), ` ${email}`];
    const passwords = Array.from({ length: 50 }, newPassword);
    const replies = await Promise.all(
      passwords.map(async (password, i) => await program.register(spellings[i % spellings.length] as string, password)),
    );
    const statuses = replies.map((reply) => reply.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
    expect(await at.query("SELECT count(*) FROM users")).toBe("1");
    const winner = passwords[statuses.indexOf(201)] as string;
    const loser = passwords[statuses.indexOf(409)] as string;
    expect((await program.login(email, winner)).status).toBe(200);
    expect((await program.login(email, loser)).status).toBe(401);
    await program.stop();
  });

  test("the signing key is made once, stays, and is nobody else's to read", async () => {
    const at = await place();
    const first = await Program.start({ installation: at });
    const { access_token } = await first.account(newEmail(), newPassword());
    await first.kill();
    const second = await Program.start({ installation: at });
    expect((await second.me(access_token)).status).toBe(200);
    await second.stop();
  });
});
