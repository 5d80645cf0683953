/** What an account may have answered, as administrators decide it: it holds at once, and whoever is held back sees by what. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditPath, policyPath, registerAdmin, type AuditEvent, type Person } from "./support/administration";
import { limitsOf, read, say, setUpModel, stop, trySaying, type Accepted } from "./support/chats";
import { problemType } from "./support/client";
import { wantedDatabases } from "./support/environment";
import { Models } from "./support/models";
import { newMember } from "./support/people";
import { Installation, Program } from "./support/program";
import { until } from "./support/until";
import { Authority } from "./support/web";

describe.each(wantedDatabases)("on %s", (database) => {
  let authority: Authority;
  let models: Models;
  let installation: Installation;
  let program: Program;
  let root: Person;
  let ann: Person;

  const decide = async (json: unknown): Promise<unknown> => {
    const reply = await program.send("PATCH", policyPath, { token: root.token, json });
    expect(reply.status, reply.text).toBe(200);
    return reply.json;
  };
  const answered = async (begun: Accepted): Promise<void> =>
    await until("it is answered", async () => (await read(program, ann, begun.conversation_id)).status === "idle");

  beforeAll(async () => {
    authority = new Authority();
    models = await Models.start(authority);
    installation = await Installation.create(database);
    program = await Program.start({
      installation,
      settings: { EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place, CHAT_RUNS_AT_ONCE: "2", CHAT_TOKENS_PER_DAY: "30" },
    });
    root = await registerAdmin(program);
  });
  beforeEach(async () => {
    await decide({ runs_at_once: null, tokens_per_day: null });
    ann = await newMember(program);
    await setUpModel(program, models, ann);
  });
  afterAll(async () => {
    await program.stop();
    await models.goDown();
    installation.remove();
    authority.remove();
  });

  test("fewer runs at once: the next one is refused, those on their way go on", async () => {
    models.script = { text: ["x"], ending: "silence" };
    // What is stopped is booked too.
    await decide({ tokens_per_day: 0 });
    expect(await limitsOf(program, ann)).toMatchObject({ runs_at_once: 2, running: 0 });
    const first = await say(program, ann, "1");
    const second = await say(program, ann, "2");
    expect(await decide({ runs_at_once: 1 })).toMatchObject({ runs_at_once: { value: 1, default: 2, overridden: true } });
    expect(await limitsOf(program, ann)).toMatchObject({ runs_at_once: 1, running: 2 });
    expect((await stop(program, ann, first.conversation_id)).status).toBe(204);
    expect((await read(program, ann, second.conversation_id)).status).toBe("processing");
    expect(problemType(await trySaying(program, ann, { message: "3" }))).toBe("too-many-runs");
    expect((await stop(program, ann, second.conversation_id)).status).toBe(204);
    const third = await say(program, ann, "3");
    expect(problemType(await trySaying(program, ann, { message: "4" }))).toBe("too-many-runs");
    await decide({ runs_at_once: null });
    expect(await limitsOf(program, ann)).toMatchObject({ runs_at_once: 2, running: 1 });
    const fourth = await say(program, ann, "4");
    for (const one of [third, fourth]) await stop(program, ann, one.conversation_id);
  });

  // The way out counts what is asked for one account, too: it must have room for whatever administrators allow.
  test("more runs at once than the setting has, and each of them asks the model", async () => {
    models.script = { text: ["x"], ending: "silence" };
    await decide({ runs_at_once: 12, tokens_per_day: 0 });
    const before = models.chats.length;
    const begun: Accepted[] = [];
    for (let i = 0; i < 12; ++i) begun.push(await say(program, ann, String(i)));
    await until("all are asked", async () => models.chats.length === before + 12);
    expect(await limitsOf(program, ann)).toMatchObject({ runs_at_once: 12, running: 12 });
    expect(problemType(await trySaying(program, ann, { message: "13" }))).toBe("too-many-runs");
    for (const one of begun) expect((await stop(program, ann, one.conversation_id)).status).toBe(204);
  });

  test("tokens of a day: set, lifted over the setting, and taken back", async () => {
    models.script = { text: "Gold.", usage: { input: 11, output: 22 } };
    await decide({ tokens_per_day: 40 });
    expect(await limitsOf(program, ann)).toMatchObject({ tokens_per_day: 40, tokens_today: 0 });
    await answered(await say(program, ann, "1"));
    await answered(await say(program, ann, "2"));
    expect(await limitsOf(program, ann)).toMatchObject({ tokens_per_day: 40, tokens_today: 66, running: 0 });
    const refused = await trySaying(program, ann, { message: "3" });
    expect(refused.status).toBe(429);
    expect(problemType(refused)).toBe("no-tokens-left");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);

    expect(await decide({ tokens_per_day: 0 })).toMatchObject({ tokens_per_day: { value: 0, default: 30, overridden: true } });
    expect(await limitsOf(program, ann)).toMatchObject({ tokens_per_day: null, tokens_today: 66 });
    await answered(await say(program, ann, "3"));

    expect(await decide({ tokens_per_day: null })).toMatchObject({ tokens_per_day: { value: 30, default: 30, overridden: false } });
    expect(await limitsOf(program, ann)).toMatchObject({ tokens_per_day: 30, tokens_today: 99 });
    expect(problemType(await trySaying(program, ann, { message: "4" }))).toBe("no-tokens-left");
  });

  test("the log says which limits were changed, and by whom", async () => {
    await decide({ runs_at_once: 3, tokens_per_day: 7 });
    const reply = await program.send("GET", `${auditPath}?action=policy.changed&limit=1`, { token: root.token });
    const { events } = reply.json as { events: AuditEvent[] };
    expect(events[0]).toMatchObject({ actor: { id: root.id }, detail: { changed: ["runs_at_once", "tokens_per_day"] } });
  });
});
