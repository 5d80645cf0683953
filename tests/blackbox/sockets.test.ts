/** Who may open a socket, who is behind it, and what it does with frames of every kind. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { chatBase, read, say, setUpModel } from "./support/chats";
import { policyPath } from "./support/administration";
import { apiBase } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { saidTypes, type Frame } from "./support/frames";
import { Models } from "./support/models";
import { newAdmin, newMember, signedInAgain, type Person } from "./support/people";
import { Installation, Program } from "./support/program";
import { Refused, Socket, ticketOf, type OpenOptions } from "./support/socket";
import { until } from "./support/until";
import { Authority } from "./support/web";

describe.each(wantedDatabases)("on %s", (database) => {
  let authority: Authority;
  let models: Models;
  let installation: Installation;
  let program: Program;
  let ann: Person;
  let bob: Person;
  const sockets: Socket[] = [];

  const settings = (): Record<string, string> => ({ EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place, CHAT_RUNS_AT_ONCE: "20" });
  const open = async (options: OpenOptions): Promise<Socket> => {
    const socket = await Socket.open(program, options);
    sockets.push(socket);
    return socket;
  };
  const refused = async (options: OpenOptions): Promise<Refused> => {
    try {
      await open(options);
    } catch (refusal) {
      if (refusal instanceof Refused) return refusal;
      throw refusal;
    }
    throw new Error("it was opened");
  };

  beforeAll(async () => {
    authority = new Authority();
    models = await Models.start(authority);
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: settings() });
    [ann, bob] = [await newMember(program), await newMember(program)];
    for (const who of [ann, bob]) await setUpModel(program, models, who);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) if (socket.isOpen) await socket.close();
  });
  afterAll(async () => {
    await program.stop();
    await models.goDown();
    installation.remove();
    authority.remove();
  });

  describe("coming in", () => {
    test("by ticket, by access token, by Authorization", async () => {
      for (const options of [{ bearer: ann.token }, { token: ann.token }, { bearer: ann.token, inHeader: true }]) {
        const socket = await open(options);
        expect(await socket.next({ type: "status" })).toMatchObject({ status: "connected", user: ann.email });
      }
    });

    test("a.59: a ticket works once", async () => {
      const token = await ticketOf(program, ann.token);
      await open({ token });
      expect((await refused({ token })).status).toBe(401);
      expect((await refused({ token: "A".repeat(43) })).status).toBe(401);
    });

    test("c.63: a ticket of a session that has ended does not", async () => {
      const bearer = await signedInAgain(program, ann);
      const token = await ticketOf(program, bearer);
      await program.send("POST", `${apiBase}/auth/logout`, { token: bearer });
      expect((await refused({ token })).status).toBe(401);
    });

    test("a ticket is nothing but a ticket", async () => {
      const token = await ticketOf(program, ann.token);
      expect((await program.me(token)).status).toBe(401);
      expect((await refused({ bearer: token, inHeader: true })).status).toBe(401);
    });

    test("nobody, nonsense, and two at once", async () => {
      expect((await refused({})).status).toBe(401);
      for (const token of ["", "x", "a.b.c", `${ann.token}x`]) expect((await refused({ token, query: `?token=${token}` })).status, token).toBe(401);
      expect((await refused({ query: `?token=${ann.token}`, bearer: ann.token, inHeader: true })).status).toBe(400);
      expect((await refused({ query: "?token=a&token=b" })).status).toBe(422);
      const reply = await program.sendUnchecked("GET", `/ws/stream?token=${ann.token}`);
      expect(reply.status).toBe(426);
    });

    test("a personal access token does not", async () => {
      const made = await program.send("POST", `${apiBase}/auth/tokens`, { token: ann.token, json: { name: "T", scopes: ["chat:read", "chat:write"] } });
      expect(made.status, made.text).toBe(201);
      const { token } = made.json as { token: string };
      expect((await refused({ token })).status).toBe(401);
      expect((await refused({ bearer: token, inHeader: true })).status).toBe(401);
    });

    test.each(["https://evil.example", "null", "http://localhost:1"])("a.58 c.62: a page of %s may not", async (origin) => {
      const refusal = await refused({ bearer: ann.token, headers: { Origin: origin } });
      expect(refusal.status).toBe(403);
      expect(refusal.type).toBe("origin-not-allowed");
    });

    test("our own page may", async () => {
      const socket = await open({ bearer: ann.token, headers: { Origin: program.origin } });
      await socket.next({ type: "status", status: "connected" });
    });

    test("c.64: neither ticket nor token stands in the log", async () => {
      const token = await ticketOf(program, ann.token);
      await open({ token });
      await open({ token: ann.token });
      await refused({ token: `${ann.token.slice(0, -8)}AAAAAAAA` });
      await until("it is logged", () => program.log.includes("/ws/stream"));
      expect(program.log).not.toContain(token);
      expect(program.log).not.toContain("token=");
      expect(program.log).not.toContain(ann.token.slice(0, 60));
    });

    test("32 sockets of an account, and not one more", async () => {
      const cleo = await newMember(program);
      const all: Socket[] = [];
      for (let i = 0; i < 32; i += 1) all.push(await open({ bearer: cleo.token }));
      for (const each of all) await each.next({ type: "status" });
      const refusal = await refused({ bearer: cleo.token });
      expect([refusal.status, refusal.type]).toEqual([429, "too-many-sockets"]);
      await open({ bearer: bob.token });
      await all[0]?.close();
      await until("one may come in", async () => await open({ bearer: cleo.token }).then(() => true, () => false));
    });
  });

  test("an access token in the address can be forbidden", async () => {
    const own = await Program.start({ database, settings: { WS_ACCEPT_JWT: "false" } });
    const dan = await newMember(own);
    await expect(Socket.open(own, { token: dan.token })).rejects.toMatchObject({ status: 401 });
    for (const options of [{ bearer: dan.token }, { bearer: dan.token, inHeader: true }]) {
      const socket = await Socket.open(own, options);
      await socket.next({ type: "status", status: "connected" });
      await socket.close();
    }
    await own.stop();
  });

  describe("a.20 a.21 c.67 better-auth GHSA-2vg6-77g8-24mp Open WebUI CVE-2026-44553: whose session ends is out within a second", () => {
    const ways: [string, (who: Person, again: string) => Promise<unknown>][] = [
      ["logged out", async (_, again) => await program.send("POST", `${apiBase}/auth/logout`, { token: again })],
      ["logged out everywhere", async (who) => await program.send("POST", `${apiBase}/auth/logout-all`, { token: who.token })],
      ["deactivated", async (who) => await installation.command(["admin", "deactivate", who.email])],
      ["deleted", async (who) => await program.send("DELETE", `${apiBase}/auth/me`, { token: who.token })],
    ];
    test.each(ways)("%s", async (_, act) => {
      const who = await newMember(program);
      const again = await signedInAgain(program, who);
      const socket = await open({ bearer: again });
      const other = await open({ bearer: bob.token });
      await socket.next({ type: "status", status: "connected" });
      await act(who, again);
      const before = performance.now();
      expect(await socket.closes()).toBe(4401);
      expect(performance.now() - before).toBeLessThan(1000);
      expect(other.isOpen).toBe(true);
    });
  });

  test("a.21 who lacks the second factor that is demanded from now on is out as well", async () => {
    const own = await Program.start({ database });
    const [admin, dan] = [await newAdmin(own), await newMember(own)];
    const [admins, dans] = [await Socket.open(own, { bearer: admin.token }), await Socket.open(own, { bearer: dan.token })];
    for (const each of [admins, dans]) await each.next({ type: "status", status: "connected" });
    const wish = async (second_factor_for: string): Promise<void> => {
      const done = await own.send("PATCH", policyPath, { token: admin.token, json: { second_factor_for } });
      expect(done.status, done.text).toBe(200);
    };
    await wish("admins");
    expect(await admins.closes()).toBe(4401);
    expect(dans.isOpen).toBe(true);
    await own.stop();
  });

  test("at the end of the program sockets are told", async () => {
    const own = await Program.start({ database });
    const dan = await newMember(own);
    const socket = await Socket.open(own, { bearer: dan.token });
    await socket.next({ type: "status" });
    own.signal("SIGTERM");
    expect(await socket.closes()).toBe(1001);
    const end = await own.ended;
    expect(end).toEqual({ code: 0, signal: null });
  });

  describe("frames", () => {
    const quietly = async (socket: Socket): Promise<Frame[]> => {
      // Frames are answered one after the other: behind the answer to this one there is none to an earlier one.
      const from = socket.frames.length;
      socket.send({ type: "ping" });
      await socket.next({ type: "pong" }, from);
      return socket.frames.slice(from);
    };

    test.each([
      ["no JSON", "nonsense"],
      ["a list", "[]"],
      ["nothing", "null"],
      ["no type", "{}"],
      ["a type nobody knows", '{"type":"shutdown"}'],
      ["a type of another type", '{"type":7}'],
      ["a member nobody asked for", '{"type":"ping","more":1}'],
      ["a payload of another type", '{"type":"chat","payload":7}'],
      ["no payload", '{"type":"chat"}'],
      ["nothing said", '{"type":"chat","payload":{"message":""}}'],
      ["NUL", '{"type":"chat","payload":{"message":"a\\u0000b"}}'],
      ["a conversation that is no id", '{"type":"subscribe","conversation_id":"x"}'],
      ["a negative number", '{"type":"subscribe","conversation_id":"00000000-0000-4000-8000-000000000000","after":-1}'],
      ["a huge number", '{"type":"subscribe","conversation_id":"00000000-0000-4000-8000-000000000000","after":1e400}'],
      ["deep", `${'{"type":'.repeat(5000)}1${"}".repeat(5000)}`],
      ["a member twice", '{"type":"ping","type":"ping"}'],
    ])("a.40 LibreChat CVE-2026-31949: %s is answered, and the socket goes on", async (_, text) => {
      const socket = await open({ bearer: ann.token });
      await socket.next({ type: "status" });
      socket.sendText(text);
      const error = await socket.next({ type: "error" });
      expect(error.recoverable).toBe(false);
      expect((await quietly(socket)).map(({ type }) => type)).toEqual(["pong"]);
    });

    test("what a client calls its frame comes back", async () => {
      const socket = await open({ bearer: ann.token });
      socket.sendText('{"type":"shutdown","request_id":"r1"}');
      expect((await socket.next({ type: "error" })).request_id).toBe("r1");
      socket.sendText(`{"type":"ping","request_id":"${"r".repeat(65)}"}`);
      expect((await socket.next((frame) => frame.type === "error" && frame.request_id === undefined)).code).toBe("invalid-input");
    });

    test("a frame that is too long ends the socket, one that is just long enough does not", async () => {
      const socket = await open({ bearer: ann.token });
      const most = 64 * 1024;
      const around = '{"type":"ping","more":""}'.length;
      socket.sendText(`{"type":"ping","more":"${"x".repeat(most - around)}"}`);
      await socket.next({ type: "error" });
      socket.sendText(`{"type":"ping","more":"${"x".repeat(most - around + 1)}"}`);
      expect(await socket.closes()).toBe(1009);
    });

    // LibreChat CVE-2026-31950: the resumable stream had no owner check.
    test("c.37 c.69 LibreChat CVE-2026-31950 Open WebUI CVE-2025-63681 CVE-2026-70483: every frame with an id × another's id is like an unknown one", async () => {
      models.script = { text: ["Ann's secret "], ending: "silence" };
      const anns = await say(program, ann, "Ann's");
      await until("it streams", async () => (await read(program, ann, anns.conversation_id)).run?.content !== "");
      const unknown = "00000000-0000-4000-8000-000000000000";
      const frames = (id: string): Record<string, object[]> => ({
        chat: [
          { type: "chat", payload: { message: "x", conversation_id: id } },
          { type: "chat", payload: { message: "x", conversation_id: id, parent: 1 } },
          { type: "chat", payload: { conversation_id: id, parent: 1 } },
        ],
        cancel: [{ type: "cancel", payload: { conversation_id: id } }],
        subscribe: [
          { type: "subscribe", conversation_id: id },
          { type: "subscribe", conversation_id: id, after: 0 },
        ],
        unsubscribe: [{ type: "unsubscribe", conversation_id: id }],
        ping: [],
        // What they name belongs to nobody.
        watch: [],
        unwatch: [],
      });
      expect(Object.keys(frames(unknown)).sort(), "a frame without its row").toEqual([...saidTypes].sort());
      const answersTo = async (id: string): Promise<unknown[]> => {
        const socket = await open({ bearer: bob.token });
        await socket.next({ type: "status" });
        for (const frame of Object.values(frames(id)).flat()) socket.send(frame);
        const from = socket.frames.length;
        await quietly(socket);
        return socket.frames.slice(from).map(({ timestamp: _, ...rest }) => JSON.parse(JSON.stringify(rest).replaceAll(id, "id")) as unknown);
      };
      expect(await answersTo(anns.conversation_id)).toEqual(await answersTo(unknown));
      expect((await read(program, ann, anns.conversation_id)).status, "Ann's run goes on").toBe("processing");
      await program.send("POST", `${chatBase}/${anns.conversation_id}/cancel`, { token: ann.token });
    });

    test("32 conversations on one socket, and not one more", async () => {
      models.script = { text: "x" };
      const socket = await open({ bearer: ann.token });
      const ids: string[] = [];
      for (let i = 0; i < 33; i += 1) {
        const made = await program.send("POST", `${chatBase}/new`, { token: ann.token, json: {} });
        ids.push((made.json as { conversation_id: string }).conversation_id);
      }
      for (const id of ids) socket.send({ type: "subscribe", conversation_id: id });
      expect(await socket.next({ type: "error" })).toMatchObject({ code: "too-many-subscriptions", conversation_id: ids[32] as string });
      expect(socket.frames.filter(({ type }) => type === "subscribed").length).toBe(32);
      socket.send({ type: "unsubscribe", conversation_id: ids[0] as string });
      socket.send({ type: "subscribe", conversation_id: ids[32] as string });
      await socket.next({ type: "subscribed", conversation_id: ids[32] as string });
      // Nor by speaking in one more, new or not: and nothing of it is stored.
      for (const conversation_id of [undefined, ids[0]]) {
        socket.send({ type: "chat", payload: { message: "One more.", conversation_id }, request_id: `r${conversation_id}` });
        expect(await socket.next({ type: "error", request_id: `r${conversation_id}` })).toMatchObject({ code: "too-many-subscriptions" });
      }
      expect((await read(program, ann, ids[0] as string)).messages).toEqual([]);
    });

    test("all sockets of the account hear of its conversations, and nobody else's", async () => {
      models.script = { text: "x" };
      const [mine, alsoMine, bobs] = [await open({ bearer: ann.token }), await open({ bearer: ann.token }), await open({ bearer: bob.token })];
      for (const each of [mine, alsoMine, bobs]) await each.next({ type: "status" });
      const begun = await say(program, ann, "New.");
      for (const each of [mine, alsoMine]) await each.next({ type: "conversation", change: "created", conversation_id: begun.conversation_id });
      await program.send("DELETE", `${chatBase}/${begun.conversation_id}`, { token: ann.token });
      for (const each of [mine, alsoMine]) await each.next({ type: "conversation", change: "deleted" });
      await quietly(bobs);
      expect(bobs.frames.filter(({ type }) => type === "conversation")).toEqual([]);
    });
  });

  test("a.60: too many frames are refused, and end the socket when they do not stop", async () => {
    const own = await Program.start({ database, settings: { REQUESTS_PER_MINUTE_USER: "20" } });
    const dan = await newMember(own);
    const socket = await Socket.open(own, { bearer: dan.token });
    await socket.next({ type: "status" });
    for (let i = 0; i < 500; i += 1) socket.send({ type: "ping" });
    const error = await socket.next({ type: "error" });
    expect(error).toMatchObject({ code: "too-many-requests", recoverable: true });
    expect(error.retry_after).toBeGreaterThan(0);
    expect(await socket.closes()).toBe(1008);
    await own.stop();
  });
});
