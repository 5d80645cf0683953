/**
 * Every way to end access × every kind of token × every node: how long until it bites. Each row is one way; the times are measured
 * against a program that has just let the token in (so that whatever it remembers is fresh), and printed at the end.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issuedOf, signedInOf, userOf, type Outgoing, type Reply, type SignedIn } from "./support/client";
import { apiBase, contractRoutes } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { tell } from "./support/figures";
import { Installation, Program, setupTokenIn } from "./support/program";
import { newPassword, plant } from "./support/secrets";

const auth = `${apiBase}/auth`;
const allowedMilliseconds = 1000;
const pause = 5;

type Kind = "access" | "refresh" | "personal";

/** Somebody with a session that is to end, another session of the same account, and a personal token. */
interface Scene {
  installation: Installation;
  node: Program;
  email: string;
  password: string;
  userId: string;
  victim: SignedIn;
  victimSession: string;
  other: SignedIn;
  personal: string;
  personalId: string;
  /** An administrator, who has just proved it. */
  administrator: SignedIn;
}

interface Way {
  name: string;
  /** Which of the victim's tokens are over afterwards; the others must go on. */
  ends: Kind[];
  /** Ends it, and returns when the act was acknowledged. */
  act: (scene: Scene) => Promise<unknown>;
}

async function succeed(reply: Promise<Reply>): Promise<Reply> {
  const done = await reply;
  if (done.status >= 300) throw new Error(`${done.status}: ${done.text}`);
  return done;
}
const post = async (scene: Scene, path: string, out: Outgoing): Promise<Reply> => await succeed(scene.node.send("POST", `${auth}${path}`, out));
const console_ = async (scene: Scene, ...args: string[]): Promise<string> => {
  const done = await scene.installation.command(["admin", ...args]);
  if (done.code !== 0) throw new Error(done.stderr);
  return done.stdout;
};

const administer = async (scene: Scene, method: string, path: string, json?: object): Promise<Reply> =>
  await succeed(scene.node.send(method, `${apiBase}/admin/users/${scene.userId}${path}`, { token: scene.administrator.access_token, json }));

// A further way is one more row.
const ways: Way[] = [
  { name: "logout by access token", ends: ["access", "refresh"], act: async (s) => await post(s, "/logout", { token: s.victim.access_token }) },
  { name: "logout by refresh token", ends: ["access", "refresh"], act: async (s) => await post(s, "/logout", { json: { refresh_token: s.victim.refresh_token } }) },
  { name: "logout-all", ends: ["access", "refresh", "personal"], act: async (s) => await post(s, "/logout-all", { token: s.other.access_token }) },
  {
    name: "logout-all, this one excepted",
    ends: ["access", "refresh"],
    act: async (s) => await post(s, "/logout-all", { token: s.other.access_token, json: { except_current: true } }),
  },
  {
    name: "session deleted",
    ends: ["access", "refresh"],
    act: async (s) => await succeed(s.node.send("DELETE", `${auth}/sessions/${s.victimSession}`, { token: s.other.access_token })),
  },
  {
    name: "password changed",
    ends: ["access", "refresh", "personal"],
    act: async (s) => await post(s, "/password", { token: s.other.access_token, json: { current_password: s.password, new_password: newPassword() } }),
  },
  {
    name: "password reset by a link",
    ends: ["access", "refresh", "personal"],
    act: async (s) => await post(s, "/setup", { json: { token: setupTokenIn(await console_(s, "setup-link", s.email)), password: newPassword() } }),
  },
  { name: "deactivated on the console", ends: ["access", "refresh", "personal"], act: async (s) => await console_(s, "deactivate", s.email) },
  {
    name: "deactivated and activated again",
    ends: ["access", "refresh", "personal"],
    act: async (s) => {
      await console_(s, "deactivate", s.email);
      await console_(s, "activate", s.email);
    },
  },
  {
    name: "refresh token used twice",
    ends: ["access", "refresh"],
    act: async (s) => {
      await post(s, "/refresh", { json: { refresh_token: s.victim.refresh_token } });
      await s.installation.query(`UPDATE refresh_tokens SET spent_at = spent_at - 11000000 WHERE spent_at IS NOT NULL AND session_id = '${s.victimSession}'`);
      const reused = await s.node.send("POST", `${auth}/refresh`, { json: { refresh_token: s.victim.refresh_token } });
      expect(reused.status).toBe(401);
    },
  },
  { name: "deleted by its owner", ends: ["access", "refresh", "personal"], act: async (s) => await succeed(s.node.send("DELETE", `${auth}/me`, { token: s.other.access_token })) },
  { name: "deleted by an administrator", ends: ["access", "refresh", "personal"], act: async (s) => await administer(s, "DELETE", "") },
  { name: "deactivated by an administrator", ends: ["access", "refresh", "personal"], act: async (s) => await administer(s, "PATCH", "", { is_active: false }) },
  { name: "signed out by an administrator", ends: ["access", "refresh", "personal"], act: async (s) => await administer(s, "POST", "/end-sessions") },
  { name: "deleted on the console", ends: ["access", "refresh", "personal"], act: async (s) => await console_(s, "delete", s.email) },
  {
    name: "personal token revoked",
    ends: ["personal"],
    act: async (s) => await succeed(s.node.send("DELETE", `${auth}/tokens/${s.personalId}`, { token: s.other.access_token })),
  },
];

const printed: string[] = [];
afterAll(() => {
  if (printed.length === 0) return;
  console.log(`milliseconds until it bites, the longest of each row:\n${printed.sort().join("\n")}`);
  tell({ what: "until an end of access bites, the longest of all ways", value: Math.max(...printed.map((row) => Number.parseFloat(row))), unit: "ms", atMost: allowedMilliseconds });
});

/** Asks all the time; tells when the answer first was the wanted one, once the act is acknowledged. */
class Watch {
  private stopped = false;
  private answers = 0;
  private readonly done: Promise<void>;
  private bitAt = Infinity;

  constructor(private readonly isOver: () => Promise<boolean>) {
    this.done = this.run();
  }
  private async run(): Promise<void> {
    while (!this.stopped) {
      const over = await this.isOver();
      this.answers += 1;
      if (over && this.bitAt === Infinity) this.bitAt = performance.now();
      if (!over) this.bitAt = Infinity;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  async isWarm(): Promise<void> {
    while (this.answers < 3) await new Promise((resolve) => setTimeout(resolve, pause));
    expect(this.bitAt).toBe(Infinity);
  }
  /** Milliseconds after `since`; 0 when it was over before; Infinity when it did not come to that within the time. */
  async bites(since: number, limit: number): Promise<number> {
    while (this.bitAt === Infinity && performance.now() - since < limit) await new Promise((resolve) => setTimeout(resolve, pause));
    this.stopped = true;
    await this.done;
    return Math.max(0, this.bitAt - since);
  }
}

describe.each(wantedDatabases)("on %s", (database) => {
  const adminEmail = newEmail();
  let installation: Installation;
  let here: Program;
  /** The same program once more on the same database, where the database allows it: everything must bite there too. */
  let elsewhere: Program | undefined;
  let nodes: [string, Program][];
  let administrator: SignedIn;
  beforeAll(async () => {
    installation = await Installation.create(database);
    const settings = { JWT_SECRET_KEY: randomBytes(32).toString("hex"), ADMIN_EMAIL: adminEmail };
    plant(settings.JWT_SECRET_KEY);
    here = await Program.start({ installation, settings });
    if (database === "postgresql") {
      elsewhere = await Program.start({ installation, settings: { ...settings, ADMIN_EMAIL: undefined, DATA_DIR: `${installation.dataFolder}-2` } });
    }
    const chief = newEmail();
    administrator = await here.account(chief, newPassword());
    expect((await installation.command(["admin", "promote", chief])).code).toBe(0);
    nodes = [["here", here], ...(elsewhere === undefined ? [] : [["elsewhere", elsewhere] as [string, Program]])];
  });
  afterAll(async () => {
    await elsewhere?.stop();
    await here.stop();
    installation.remove();
  });

  const sessionOf = async (who: SignedIn): Promise<string> => {
    const { sessions } = (await here.send("GET", `${auth}/sessions`, { token: who.access_token })).json as { sessions: { id: string; is_current: boolean }[] };
    return sessions.find((one) => one.is_current)?.id as string;
  };
  const logIn = async (email: string, password: string): Promise<SignedIn> =>
    signedInOf(await succeed(here.send("POST", `${auth}/login`, { json: { email, password, refresh_token_in: "body" } })));
  const newScene = async (): Promise<Scene> => {
    const email = newEmail();
    const password = newPassword();
    const { user } = await here.account(email, password);
    const victim = await logIn(email, password);
    const other = await logIn(email, password);
    const made = issuedOf(await succeed(here.send("POST", `${auth}/tokens`, { token: other.access_token, json: { name: "x", scopes: ["account:read"] } })));
    return {
      installation, node: here, email, password, userId: user.id, victim, victimSession: await sessionOf(victim), other,
      personal: made.token, personalId: made.personal_token.id, administrator,
    };
  };

  type Times = Map<string, number>;
  const report = (name: string, times: Times): void => {
    for (const [what, milliseconds] of times) expect(milliseconds, what).toBeLessThan(allowedMilliseconds);
    const shown = [...times].map(([what, milliseconds]) => `${what} ${milliseconds.toFixed(0)}`).join(", ");
    printed.push(`  ${Math.max(...times.values()).toFixed(0).padStart(5)}  ${database}, ${name} (${shown})`);
  };

  test.each(ways)("Zitadel CVE-2023-22492, CVE-2024-47000, authentik CVE-2025-29928, better-auth GHSA-2vg6-77g8-24mp, a.18: $name", async ({ name, ends, act }) => {
    const scene = await newScene();
    const bearers: [Kind, string][] = [["access", scene.victim.access_token], ["personal", scene.personal]];
    const watched = nodes.flatMap(([place, node]) =>
      bearers
        .filter(([kind]) => ends.includes(kind))
        .map(([kind, token]) => ({ kind, place, watch: new Watch(async () => (await node.me(token)).status === 401) })),
    );
    await Promise.all(watched.map(async ({ watch }) => await watch.isWarm()));
    await act(scene);
    const acknowledged = performance.now();

    const times: Times = new Map();
    if (ends.includes("refresh")) {
      // Asked once: a refresh that went through would be another token.
      for (const [place, node] of nodes) {
        const reply = await node.send("POST", `${auth}/refresh`, { json: { refresh_token: scene.victim.refresh_token } });
        expect(reply.status, `refresh token, ${place}`).toBe(401);
        times.set(`refresh ${place}`, performance.now() - acknowledged);
      }
    }
    await Promise.all(
      watched.map(async ({ kind, place, watch }) => {
        times.set(`${kind} ${place}`, await watch.bites(acknowledged, 5 * allowedMilliseconds));
      }),
    );
    // What is not said to end goes on, on every node.
    for (const [kind, token] of bearers.filter(([kind]) => !ends.includes(kind))) {
      for (const [place, node] of nodes) expect((await node.me(token)).status, `${kind} ${place}`).toBe(200);
    }
    if (!ends.includes("refresh")) {
      expect((await here.send("POST", `${auth}/refresh`, { json: { refresh_token: scene.victim.refresh_token } })).status).toBe(200);
    }
    report(name, times);
  });

  test("Rauthy #1208: a demotion takes the right away, from sessions, personal tokens and what a refresh gives", async () => {
    const scene = await newScene();
    await console_(scene, "promote", scene.email);
    const asked = await logIn(scene.email, scene.password);
    // An administrator's route, where there is one; what the account says of itself in any case.
    const probe = contractRoutes.find((route) => route.method === "GET" && /\/admin\/[^{]*$/.test(route.path));
    const scopes = ["account:read", "admin:read"];
    const personal = issuedOf(await succeed(here.send("POST", `${auth}/tokens`, { token: asked.access_token, json: { name: "x", scopes } }))).token;
    const hasLost = (node: Program, token: string) => async (): Promise<boolean> => {
      const lost = !userOf(await node.me(token)).is_admin;
      if (!lost || probe === undefined) return lost;
      return (await node.send("GET", probe.path, { token })).status === 403;
    };
    for (const [, node] of nodes) await succeed(node.me(asked.access_token));
    const watched = nodes.flatMap(([place, node]) =>
      [["access", asked.access_token], ["personal", personal]].map(([kind, token]) => ({ what: `${kind} ${place}`, watch: new Watch(hasLost(node, token as string)) })),
    );
    await Promise.all(watched.map(async ({ watch }) => await watch.isWarm()));
    await console_(scene, "demote", scene.email);
    const acknowledged = performance.now();
    const times: Times = new Map();
    await Promise.all(watched.map(async ({ what, watch }) => times.set(what, await watch.bites(acknowledged, 5 * allowedMilliseconds))));
    // The session goes on without the right, and a refresh does not bring it back.
    const refreshed = signedInOf(await succeed((elsewhere ?? here).send("POST", `${auth}/refresh`, { json: { refresh_token: asked.refresh_token } })));
    expect(refreshed.user.is_admin).toBe(false);
    expect(userOf(await here.me(refreshed.access_token)).is_admin).toBe(false);
    report("demoted on the console", times);
  });

  test("Keycloak CVE-2026-9802: what was ended is over after kill -9 and a restart", async () => {
    const gone = await Installation.create(database);
    let program = await Program.start({ installation: gone });
    const email = newEmail();
    const password = newPassword();
    await program.account(email, password);
    const signedIn = signedInOf(await program.send("POST", `${auth}/login`, { json: { email, password, refresh_token_in: "body" } }));
    const made = issuedOf(await program.send("POST", `${auth}/tokens`, { token: signedIn.access_token, json: { name: "x", scopes: ["account:read"] } }));
    expect((await program.send("POST", `${auth}/logout-all`, { token: signedIn.access_token })).status).toBe(204);
    await program.kill();
    program = await Program.start({ installation: gone });
    expect((await program.me(signedIn.access_token)).status).toBe(401);
    expect((await program.me(made.token)).status).toBe(401);
    expect((await program.send("POST", `${auth}/refresh`, { json: { refresh_token: signedIn.refresh_token } })).status).toBe(401);
    await program.stop();
    gone.remove();
  });
});
