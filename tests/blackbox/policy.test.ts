/** What administrators decide for everybody: it wins over the settings, holds on every node within a second, and is written down. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditPath, policyPath, register, registerAdmin, tokenOfLink, usersPath, type AuditEvent, type Person } from "./support/administration";
import { limitsOf } from "./support/chats";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { until } from "./support/until";

interface Rule<T> {
  value: T;
  default: T;
  overridden: boolean;
}
interface AdminPolicy {
  registration: Rule<string>;
  allowed_emails: Rule<string[]>;
  password_min_length: Rule<number>;
  second_factor_for: Rule<string>;
  runs_at_once: Rule<number>;
  tokens_per_day: Rule<number>;
}

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let root: Person;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { PASSWORD_MIN_LENGTH: "9" } });
    root = await registerAdmin(program);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const shown = async (at = program): Promise<AdminPolicy> => {
    const reply = await at.send("GET", policyPath, { token: root.token });
    expect(reply.status).toBe(200);
    return reply.json as AdminPolicy;
  };
  const change = async (json: unknown, at = program): Promise<Reply> => await at.send("PATCH", policyPath, { token: root.token, json });
  const decide = async (json: unknown): Promise<AdminPolicy> => {
    const reply = await change(json);
    expect(reply.status, JSON.stringify(json)).toBe(200);
    return reply.json as AdminPolicy;
  };
  const statusOfRegistration = async (email = newEmail(), at = program): Promise<number> => (await at.register(email, newPassword())).status;
  const publicPolicy = async (at = program): Promise<unknown> => (await at.send("GET", `${apiBase}/auth/policy`)).json;

  test("a decision wins over the settings at once, outlives a restart, and can be taken back", async () => {
    expect(await shown()).toMatchObject({
      registration: { value: "open", default: "open", overridden: false },
      allowed_emails: { value: [], overridden: false },
      password_min_length: { value: 9, default: 9, overridden: false },
      second_factor_for: { default: "nobody", overridden: false },
      runs_at_once: { value: 4, default: 4, overridden: false },
      tokens_per_day: { value: 0, default: 0, overridden: false },
    });
    expect(await decide({ registration: "closed", password_min_length: 20 })).toMatchObject({
      registration: { value: "closed", default: "open", overridden: true },
      password_min_length: { value: 20, default: 9, overridden: true },
    });
    expect(await publicPolicy()).toMatchObject({ registration: "closed", password_min_length: 20 });
    expect(await statusOfRegistration()).toBe(403);
    // An invitation is the administrator's word and needs no open door; its password meets the rule of now.
    const invited = await program.send("POST", usersPath, { token: root.token, json: { email: newEmail() } });
    expect(invited.status).toBe(201);
    const claim = async (password: string): Promise<Reply> =>
      await program.send("POST", `${apiBase}/auth/setup`, { json: { token: tokenOfLink(invited), password } });
    expect(fieldErrors(await claim("seventeen letters"))).toEqual(["/password too_short"]);
    expect((await claim(newPassword())).status).toBe(200);

    await program.stop();
    program = await Program.start({ installation, settings: { PASSWORD_MIN_LENGTH: "10" } });
    expect(program.log).toMatch(/registration.*closed/);
    expect(await statusOfRegistration()).toBe(403);
    expect(await decide({ registration: null, password_min_length: null })).toMatchObject({
      registration: { value: "open", overridden: false },
      password_min_length: { value: 10, default: 10, overridden: false },
    });
    expect(await statusOfRegistration()).toBe(201);
  });

  test("an allowlist lets in whom it names, in any spelling, and nobody else", async () => {
    const email = newEmail();
    const empty = await change({ registration: "allowlist" });
    expect(empty.status).toBe(422);
    expect(fieldErrors(empty)).toEqual(["/allowed_emails required"]);
    await decide({ registration: "allowlist", allowed_emails: [` ${email.toUpperCase()} `, "other@x.org", email] });
    expect((await shown()).allowed_emails.value).toEqual([email.toLowerCase(), "other@x.org"].sort());
    const refused = await program.register(newEmail(), newPassword());
    expect(refused.status).toBe(403);
    expect(problemType(refused)).toBe("registration-not-allowed");
    expect(await statusOfRegistration(email)).toBe(201);
    expect(fieldErrors(await change({ allowed_emails: [] }))).toEqual(["/allowed_emails required"]);
    expect(fieldErrors(await change({ allowed_emails: null }))).toEqual(["/allowed_emails required"]);
    expect((await shown()).registration.value).toBe("allowlist");
    // Nobody's list is in the answers to strangers.
    expect(JSON.stringify(await publicPolicy())).not.toContain("other@x.org");
  });

  test("what is wrong is refused as a whole, with the place", async () => {
    for (const [json, faults] of [
      [{}, ["/registration required"]],
      [{ registration: "OPEN" }, ["/registration not_allowed"]],
      [{ registration: ["open"] }, ["/registration wrong_type"]],
      [{ password_min_length: 7 }, ["/password_min_length too_short"]],
      [{ password_min_length: 65 }, ["/password_min_length too_long"]],
      [{ password_min_length: "8" }, ["/password_min_length wrong_type"]],
      [{ password_min_length: 8.5 }, ["/password_min_length wrong_type"]],
      [{ runs_at_once: 0 }, ["/runs_at_once not_allowed"]],
      [{ runs_at_once: 101 }, ["/runs_at_once not_allowed"]],
      [{ runs_at_once: "4" }, ["/runs_at_once wrong_type"]],
      [{ tokens_per_day: -1 }, ["/tokens_per_day not_allowed"]],
      [{ tokens_per_day: 1_000_000_000_001 }, ["/tokens_per_day not_allowed"]],
      [{ tokens_per_day: 0.5 }, ["/tokens_per_day wrong_type"]],
      [{ runs_at_once: 2, tokens_per_day: -1 }, ["/tokens_per_day not_allowed"]],
      [{ second_factor_for: "members" }, ["/second_factor_for not_allowed"]],
      [{ allowed_emails: "a@x.org" }, ["/allowed_emails wrong_type"]],
      [{ allowed_emails: ["a@x.org", "nonsense"] }, ["/allowed_emails/1 not_an_email"]],
      [{ allowed_emails: ["a@x.org", null] }, ["/allowed_emails/1 wrong_type"]],
      [{ registration: "closed", password_max_length: 8 }, ["/password_max_length unknown_member"]],
      [{ registration: "closed", password_min_length: 1 }, ["/password_min_length too_short"]],
    ] as const) {
      const refused = await change(json);
      expect(refused.status, JSON.stringify(json)).toBe(422);
      expect(fieldErrors(refused)).toEqual(faults);
    }
    expect(await shown()).toMatchObject({ registration: { overridden: false }, password_min_length: { overridden: false }, runs_at_once: { overridden: false } });
  });

  test("a thousand addresses of the longest kind fit, and one more is refused", async () => {
    const domain = `${`${"d".repeat(60)}.`.repeat(3)}org`;
    const many = Array.from({ length: 1000 }, (_, i) => `${String(i).padStart(64, "a")}@${domain}`);
    expect((await decide({ allowed_emails: many })).allowed_emails.value).toHaveLength(1000);
    expect(fieldErrors(await change({ allowed_emails: [...many, "one@more.org"] }))).toEqual(["/allowed_emails too_long"]);
  });

  test("the log names the rules that changed, and no address", async () => {
    await decide({ registration: "allowlist", allowed_emails: ["planted-address@x.org"] });
    await decide({ registration: "allowlist" });
    const reply = await program.send("GET", `${auditPath}?action=policy.changed`, { token: root.token });
    const { events } = reply.json as { events: AuditEvent[] };
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ actor: { id: root.id }, address: "127.0.0.1", detail: { changed: ["registration", "allowed_emails"] } });
    expect(events[0]?.owner).toBeUndefined();
    expect(reply.text).not.toContain("planted-address");
    expect(program.log).not.toContain("planted-address");
  });

  test("members neither see nor change it", async () => {
    const member = await register(program);
    expect((await program.send("GET", policyPath, { token: member.token })).status).toBe(403);
    expect((await program.send("PATCH", policyPath, { token: member.token, json: { registration: "closed" } })).status).toBe(403);
    expect(await statusOfRegistration()).toBe(201);
  });

  test("another node on the same database follows within a second", async () => {
    if (database !== "postgresql") return;
    // Two folders, one database; the key is the same, as on every node of an installation.
    const both = await Installation.create(database);
    const key = "q7Jr0x1vXo9fKc2mZb8yTn5wLd3hPs6uA4";
    const start = async (folder: string): Promise<Program> =>
      await Program.start({ installation: both, settings: { JWT_SECRET_KEY: key, DATA_DIR: `${both.folder}/${folder}` } });
    const first = await start("first");
    const second = await start("second");
    const admin = await registerAdmin(first);
    const decided = await first.send("PATCH", policyPath, { token: admin.token, json: { registration: "closed", runs_at_once: 1, tokens_per_day: 1000 } });
    const begin = performance.now();
    expect(decided.status).toBe(200);
    await until("the other node knows", async () => ((await publicPolicy(second)) as { registration: string }).registration === "closed", 1000);
    expect(await limitsOf(second, admin)).toMatchObject({ runs_at_once: 1, tokens_per_day: 1000 });
    console.log(`the other node followed after ${(performance.now() - begin).toFixed(0)} ms`);
    expect(await statusOfRegistration(newEmail(), second)).toBe(403);
    await first.stop();
    await second.stop();
    both.remove();
  });
});
