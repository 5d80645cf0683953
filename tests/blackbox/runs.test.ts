/** Answers of models, from the provider's wire to the socket: nothing lost, doubled or reordered, whoever is cut off or killed. */
import { randomInt } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { chatBase, limitsOf, read, say, setUpModel, stop, trySaying, type Accepted } from "./support/chats";
import { problemType } from "./support/client";
import { apiBase } from "./support/contract";
import { wantedDatabases } from "./support/environment";
import { tell } from "./support/figures";
import { Models, refusalOfOpenAi, refusals, type Script } from "./support/models";
import { newMember, signedInAgain, type Person } from "./support/people";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { Reader, Socket } from "./support/socket";
import { quantile } from "./support/timing";
import { until } from "./support/until";
import { Authority } from "./support/web";

// More of them on a machine with time: KONTOR_DISCONNECTS=1000 KONTOR_KILLS=200.
const disconnects = Number(process.env["KONTOR_DISCONNECTS"] ?? 100);
const kills = Number(process.env["KONTOR_KILLS"] ?? 5);

const words = ["gold", "Öl", "naïve", "価格", "🚀", "**bold**", "`x < y`", "\n\n", "1.234,56 €", "\"quoted\"", "عرب"];
const longText = (pieces: number): string[] => Array.from({ length: pieces }, (_, i) => `${words[randomInt(words.length)]} ${i} `);

describe.each(wantedDatabases)("on %s", (database) => {
  let authority: Authority;
  let models: Models;
  let installation: Installation;
  let program: Program;
  let ann: Person;
  const sockets: Socket[] = [];

  const settings = (): Record<string, string> => ({ EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place });
  const open = async (who: Person, options: object = {}): Promise<Socket> => {
    const socket = await Socket.open(program, { bearer: who.token, ...options });
    sockets.push(socket);
    return socket;
  };
  /** A socket that listens to the conversation from `after` on. */
  const listen = async (who: Person, id: string, after = 0): Promise<Socket> => {
    const socket = await open(who);
    socket.send({ type: "subscribe", conversation_id: id, after });
    await socket.next((frame) => frame.conversation_id === id && (frame.type === "subscribed" || frame.type === "reload"));
    return socket;
  };
  const answered = async (who: Person, begun: Accepted): Promise<Reader> => {
    const socket = await listen(who, begun.conversation_id, begun.seq);
    const reader = new Reader(begun.conversation_id, begun.seq);
    await socket.next((frame) => frame.conversation_id === begun.conversation_id && frame.type === "status" && frame.status !== "processing");
    reader.hearAll(socket);
    await socket.close();
    return reader;
  };

  beforeAll(async () => {
    authority = new Authority();
    models = await Models.start(authority);
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { ...settings(), CHAT_RUNS_AT_ONCE: "4" } });
  });
  beforeEach(async () => {
    models.script = { text: "The price of one bitcoin is 43 050 €. 🚀" };
    ann = await newMember(program);
    await setUpModel(program, models, ann);
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

  describe.each([
    ["openai", {}],
    ["azure", { provider: "azure", base_url: undefined, model: "gpt-small" }],
    ["ollama", { provider: "ollama", api_key: "" }],
  ])("%s", (provider, more) => {
    test.each(["events", "bytes"] as const)("an answer in %s is whole, in every form", async (cut) => {
      const said = longText(cut === "bytes" ? 20 : 200);
      models.script = { text: said, reasoning: ["Let me ", "think."], cut, usage: { input: 11, output: 22 } };
      const where = provider === "azure" ? { endpoint: models.origin } : provider === "ollama" ? { base_url: models.origin } : {};
      await setUpModel(program, models, ann, { ...more, ...where });
      const socket = await open(ann);
      await socket.next({ type: "status", status: "connected", user: ann.email });
      socket.send({ type: "chat", request_id: "r1", payload: { message: "What is it?" } });
      const { conversation_id: id } = await socket.next({ type: "subscribed", request_id: "r1" });
      await socket.next({ type: "status", status: "idle" });
      const reader = new Reader(id as string);
      reader.hearAll(socket);
      expect(reader.text).toBe(said.join(""));
      expect(reader.reasoning).toBe("Let me think.");
      expect(reader.result).toMatchObject({ content: said.join(""), finish: "complete", format: "markdown", usage: { input_tokens: 11, output_tokens: 22, estimated: false } });
      const { messages, status } = await read(program, ann, id as string);
      expect(status).toBe("idle");
      expect(messages.map(({ role, content }) => ({ role, content }))).toEqual([
        { role: "user", content: "What is it?" },
        { role: "assistant", content: said.join("") },
      ]);
      expect(await limitsOf(program, ann)).toMatchObject({ tokens_today: 33, running: 0 });
    });
  });

  test("nobody has to listen, and what was said before is shown to the model", async () => {
    const first = await say(program, ann, "Remember the number seven.");
    expect(first).toMatchObject({ status: "accepted", number: 1, seq: 0 });
    await until("it is answered", async () => (await read(program, ann, first.conversation_id)).status === "idle");
    await answered(ann, await say(program, ann, "Which number?", { conversation_id: first.conversation_id }));
    const last = models.chats.at(-1);
    expect(last?.key).toBe(models.key);
    expect(last?.messages.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user"]);
    expect(last?.messages[1]?.content).toBe("Remember the number seven.");
  });

  test("everything is shown to all tabs, at the same numbers", async () => {
    let letOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letOn = resolve));
    models.script = { text: longText(50), gate: async (piece) => await (piece === 5 ? gate : undefined) };
    const begun = await say(program, ann, "Go.");
    const early = await listen(ann, begun.conversation_id);
    await early.next({ type: "text" });
    const late = await listen(ann, begun.conversation_id, 0);
    const later = await open(ann);
    later.send({ type: "subscribe", conversation_id: begun.conversation_id });
    const { seq } = await later.next({ type: "subscribed", status: "processing" });
    letOn();
    for (const socket of [early, late, later]) await socket.next({ type: "status", status: "idle" });
    const readers = [new Reader(begun.conversation_id), new Reader(begun.conversation_id)];
    readers[0]?.hearAll(early);
    readers[1]?.hearAll(late);
    expect(readers[0]?.text).toBe(readers[1]?.text);
    const eventsOf = (socket: Socket): unknown[] => socket.frames.filter((frame) => frame.seq !== undefined && frame.type !== "subscribed" && frame.seq > (seq as number));
    expect(eventsOf(later)).toEqual(eventsOf(early));
  });

  test("a conversation that is read in the middle says where to listen on", async () => {
    let letOn: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (letOn = resolve));
    models.script = { text: longText(40), gate: async (piece) => await (piece === 20 ? gate : undefined) };
    const begun = await say(program, ann, "Go.");
    await until("half is there", async () => (await read(program, ann, begun.conversation_id)).run?.content.includes(" 19 ") === true);
    const half = await read(program, ann, begun.conversation_id);
    expect(half.run).toMatchObject({ run_id: begun.run_id, parent: 1 });
    const socket = await listen(ann, begun.conversation_id, half.seq);
    letOn();
    await socket.next({ type: "status", status: "idle" });
    const reader = new Reader(begun.conversation_id, half.seq);
    reader.text = half.run?.content as string;
    reader.hearAll(socket);
    expect(reader.text).toBe((models.script.text as string[]).join(""));
  });

  test(`${disconnects} dropped lines: the text is whole, and each is live again soon`, async () => {
    let told = 0;
    const pieces = longText(Math.max(2000, disconnects * 6));
    models.script = { text: pieces, pace: 2 };
    const begun = await say(program, ann, "Go.");
    const reader = new Reader(begun.conversation_id);
    const delays: number[] = [];
    while (reader.ended === undefined) {
      const started = performance.now();
      const socket = await listen(ann, begun.conversation_id, reader.seq);
      delays.push(performance.now() - started);
      const wanted = told < disconnects ? randomInt(1, 8) : Number.MAX_SAFE_INTEGER;
      const isEnd = (): boolean => socket.frames.some((frame) => frame.type === "status" && (frame.status === "idle" || frame.status === "cancelled") && frame.seq !== undefined);
      const from = socket.frames.length;
      await socket.until(() => socket.frames.length - from >= wanted || isEnd() || !socket.isOpen, "some frames", 200_000);
      socket.drop();
      told += 1;
      reader.hearAll(socket);
    }
    expect(reader.text).toBe(pieces.join(""));
    expect(reader.result?.content).toBe(pieces.join(""));
    expect((await read(program, ann, begun.conversation_id)).messages.at(-1)?.content).toBe(pieces.join(""));
    expect(told).toBeGreaterThan(disconnects / 2);
    console.log(`[${database}] ${told} lines were dropped; live again after ${quantile(delays, 0.5).toFixed(0)} ms in the median`);
    tell({ what: "a dropped line of an answer, until it is live again, p99", value: quantile(delays, 0.99), unit: "ms", atMost: 300 });
  });

  test(`killed ${kills} times: everything that was shown is there, and can be gone on with`, async () => {
    const own = await Installation.create(database);
    let victim = await Program.start({ installation: own, settings: settings() });
    const ben = await newMember(victim);
    await setUpModel(victim, models, ben);
    for (let round = 0; round < kills; round += 1) {
      const pieces = longText(400);
      models.script = { text: pieces, pace: 1 };
      const begun = await say(victim, ben, `Round ${round}.`);
      const socket = await Socket.open(victim, { bearer: ben.token });
      socket.send({ type: "subscribe", conversation_id: begun.conversation_id, after: begun.seq });
      // So much text, and not so many frames: under load the pieces come together in fewer of them.
      const wanted = randomInt(1, Math.floor(pieces.join("").length * 0.7));
      const heard = (): number => socket.frames.reduce((sum, frame) => sum + (frame.type === "text" ? (frame.text as string).length : 0), 0);
      await socket.until(() => heard() >= wanted || !socket.isOpen, "some of the text");
      await victim.kill();
      await socket.closes();
      const shown = new Reader(begun.conversation_id, begun.seq);
      shown.hearAll(socket);
      victim = await Program.start({ installation: own, settings: settings() });
      const token = (await victim.login(ben.email, ben.password)).json as { access_token: string };
      ben.token = token.access_token;
      // With PostgreSQL other programs could be there: it takes as long as one may be silent.
      await until("the run has an end", async () => (await read(victim, ben, begun.conversation_id)).status === "idle");
      const kept = (await read(victim, ben, begun.conversation_id)).messages;
      const answer = kept.find((message) => message.role === "assistant");
      if (shown.text !== "") {
        expect(answer).toMatchObject({ finish: shown.ended === undefined ? "interrupted" : "complete" });
        expect(answer?.content.startsWith(shown.text), "what was shown is there").toBe(true);
        expect(pieces.join("").startsWith(answer?.content as string), "byte for byte").toBe(true);
        models.script = { text: "And so it ends." };
        const on = (await trySaying(victim, ben, { conversation_id: begun.conversation_id, parent: answer?.number as number })).json as Accepted;
        await until("it is gone on with", async () => (await read(victim, ben, on.conversation_id)).messages.at(-1)?.content === "And so it ends.");
        expect(models.chats.at(-1)?.messages.at(-2)).toMatchObject({ role: "assistant", content: answer?.content });
      }
    }
    await victim.stop();
    own.remove();
  });

  test("an answer as long as one may be reaches those who listen, and those who come later", async () => {
    // What takes two bytes each in a frame, of which the last one has the text twice.
    models.script = { text: Array.from({ length: 70 }, () => '"\\'.repeat(2000)) };
    const begun = await say(program, ann, "Go.");
    const live = await listen(ann, begun.conversation_id);
    await live.next({ type: "status", status: "idle" });
    const late = await listen(ann, begun.conversation_id);
    for (const socket of [live, late]) {
      const reader = new Reader(begun.conversation_id);
      reader.hearAll(socket);
      expect(reader.result).toMatchObject({ finish: "length" });
      expect(Buffer.byteLength(reader.result?.content as string)).toBe(256 * 1024);
      expect(reader.text).toBe(reader.result?.content);
      expect(socket.isOpen).toBe(true);
    }
  });

  const endless: Script = { text: longText(20), ending: "silence" };

  describe("stopping", () => {
    test("ends the provider's connection within a second, keeps and books what came", async () => {
      models.script = endless;
      const begun = await say(program, ann, "Go.");
      const socket = await listen(ann, begun.conversation_id);
      await until("all of it came", async () => (await read(program, ann, begun.conversation_id)).run?.content === (endless.text as string[]).join(""));
      const chat = models.chats.at(-1);
      const before = performance.now();
      expect((await stop(program, ann, begun.conversation_id)).status).toBe(204);
      await until("the provider sees it", () => chat?.closed !== undefined);
      tell({ what: "Stop, until the provider's connection is closed", value: (chat?.closed as number) - before, unit: "ms", atMost: 1000 });
      expect((chat?.closed as number) - before).toBeLessThan(1000);
      await socket.next({ type: "status", status: "cancelled", success: true });
      const { messages } = await read(program, ann, begun.conversation_id);
      expect(messages.at(-1)).toMatchObject({ content: (endless.text as string[]).join(""), finish: "cancelled", usage: { estimated: true } });
      expect((await limitsOf(program, ann)).tokens_today).toBeGreaterThan(0);
      expect((await stop(program, ann, begun.conversation_id)).status).toBe(204);
    });

    test("by a frame, also without a conversation", async () => {
      models.script = endless;
      const socket = await open(ann);
      socket.send({ type: "chat", payload: { message: "Go." } });
      const { conversation_id: id } = await socket.next({ type: "subscribed" });
      await socket.next({ type: "text" });
      socket.send({ type: "cancel", payload: {} });
      await socket.next({ type: "status", status: "cancelled", success: true, conversation_id: id as string });
      await until("the provider sees it", () => models.chats.at(-1)?.closed !== undefined);
      socket.send({ type: "cancel", payload: { conversation_id: id as string }, request_id: "again" });
      await socket.next({ type: "status", status: "cancelled", success: false, request_id: "again" });
    });

    test("is what deleting does", async () => {
      models.script = endless;
      const begun = await say(program, ann, "Go.");
      await until("it streams", async () => (await read(program, ann, begun.conversation_id)).run?.content !== "");
      const chat = models.chats.at(-1);
      const before = performance.now();
      await program.send("DELETE", `${chatBase}/${begun.conversation_id}`, { token: ann.token });
      await until("the provider sees it", () => chat?.closed !== undefined);
      expect((chat?.closed as number) - before).toBeLessThan(1000);
    });

    test("is what removing the conversation for good does, and what came is booked", async () => {
      models.script = endless;
      const begun = await say(program, ann, "Go.");
      await until("it streams", async () => (await read(program, ann, begun.conversation_id)).run?.content !== "");
      const chat = models.chats.at(-1);
      const before = performance.now();
      expect((await program.send("DELETE", `${chatBase}/${begun.conversation_id}?permanently=true`, { token: ann.token })).status).toBe(200);
      await until("the provider sees it", () => chat?.closed !== undefined);
      expect((chat?.closed as number) - before).toBeLessThan(1000);
      await until("it is booked", async () => (await limitsOf(program, ann)).tokens_today > 0);
    });

    test("is what deactivating the account does", async () => {
      models.script = endless;
      const begun = await say(program, ann, "Go.");
      await until("it streams", async () => (await read(program, ann, begun.conversation_id)).run?.content !== "");
      const chat = models.chats.at(-1);
      const done = await installation.command(["admin", "deactivate", ann.email]);
      expect(done.code, done.stderr).toBe(0);
      const before = performance.now();
      await until("the provider sees it", () => chat?.closed !== undefined);
      expect((chat?.closed as number) - before).toBeLessThan(1000);
    });
  });

  // Revoked means now: a run goes on without a connection, and not without the session or the token that began it.
  describe("a run ends with what began it", () => {
    const auth = `${apiBase}/auth`;
    const post = async (path: string, by: string, json?: unknown): Promise<void> => {
      const reply = await program.send("POST", `${auth}${path}`, { token: by, json });
      expect(reply.status, reply.text).toBeLessThan(300);
    };
    const personal = async (): Promise<{ token: string; personal_token: { id: string } }> => {
      const made = await program.send("POST", `${auth}/tokens`, { token: ann.token, json: { name: "T", scopes: ["chat:write"] } });
      expect(made.status, made.text).toBe(201);
      return made.json as { token: string; personal_token: { id: string } };
    };
    /** Begins an endless answer with `token`, lets `act` happen, and says when the provider saw the end of it. */
    const endedBy = async (token: string, act: () => Promise<void>): Promise<number> => {
      models.script = endless;
      const seen = models.chats.length;
      await say(program, { ...ann, token }, "Go.");
      await until("it is asked", () => models.chats.length > seen);
      const chat = models.chats.at(-1);
      await act();
      const before = performance.now();
      await until("the provider sees it", () => chat?.closed !== undefined);
      return (chat?.closed as number) - before;
    };

    test.each<[string, (mine: string, other: string) => Promise<void>]>([
      ["its own logout", async (mine) => await post("/logout", mine)],
      ["a logout of all", async (_, other) => await post("/logout-all", other)],
      ["another password", async (_, other) => await post("/password", other, { current_password: ann.password, new_password: newPassword() })],
      ["an administrator's word", async () => expect((await installation.command(["admin", "end-sessions", ann.email])).code).toBe(0)],
    ])("%s", async (_, act) => {
      const other = await signedInAgain(program, ann);
      expect(await endedBy(ann.token, async () => await act(ann.token, other))).toBeLessThan(1000);
    });

    test("a token that is revoked", async () => {
      const { token, personal_token: { id } } = await personal();
      expect(await endedBy(token, async () => expect((await program.send("DELETE", `${auth}/tokens/${id}`, { token: ann.token })).status).toBe(204))).toBeLessThan(1000);
    });

    test("and goes on when another session or token of the account ends", async () => {
      models.script = { text: longText(60), pace: 20 };
      const other = await signedInAgain(program, ann);
      const { personal_token: { id } } = await personal();
      const begun = await say(program, ann, "Go.");
      await until("it streams", async () => (await read(program, ann, begun.conversation_id)).run?.content !== "");
      await post("/logout", other);
      expect((await program.send("DELETE", `${auth}/tokens/${id}`, { token: ann.token })).status).toBe(204);
      expect((await answered(ann, begun)).result).toMatchObject({ finish: "complete" });
    });
  });

  describe("what goes wrong at the provider is told in its words, with what to do next", () => {
    test.each<[string, Script, { code: string; message?: string; details: RegExp; text: boolean }]>([
      ["a model that is not there", { text: "", refusal: refusals.model }, { code: "model-not-found", message: "The model `gpt-small` does not exist", details: /settings/, text: false }],
      ["used up", { text: "", refusal: refusals.quota }, { code: "quota-exhausted", details: /provider/, text: false }],
      ["too long", { text: "", refusal: refusals.context }, { code: "context-too-long", details: /[Ss]horten/, text: false }],
      ["an error in the middle", { text: ["half "], ending: "error" }, { code: "unavailable", details: /./, text: true }],
      ["cut in the middle", { text: ["half "], ending: "cut" }, { code: "truncated", details: /again/, text: true }],
      ["broken off without a word", { text: ["half "], ending: "truncated" }, { code: "truncated", details: /again/, text: true }],
    ])("%s", async (_, script, expected) => {
      models.script = script;
      const reader = await answered(ann, await say(program, ann, "Go."));
      expect(reader.error).toMatchObject({ code: expected.code, ...(expected.message === undefined ? {} : { message: expected.message }) });
      expect(reader.error?.details).toMatch(expected.details);
      if (expected.text) expect(reader.result).toMatchObject({ content: "half ", finish: "failed" });
      else expect(reader.result).toBeUndefined();
    });

    test("a wrong key", async () => {
      await setUpModel(program, models, ann, { api_key: "another-key" });
      const reader = await answered(ann, await say(program, ann, "Go."));
      expect(reader.error).toMatchObject({ code: "key-rejected", message: refusalOfOpenAi, recoverable: false });
      expect(reader.error?.details).toContain("settings");
      // Who opens the conversation later reads it as well, until it is answered.
      expect((await read(program, ann, reader.conversation)).failure).toMatchObject({ kind: "key-rejected", message: refusalOfOpenAi });
      expect((await limitsOf(program, ann)).tokens_today).toBe(0);
    });

    test("a limit of the answer, and a filter that takes it back", async () => {
      models.script = { text: ["some "], ending: "length" };
      expect((await answered(ann, await say(program, ann, "Go."))).result).toMatchObject({ finish: "length", content: "some " });
      await setUpModel(program, models, ann, { provider: "azure", base_url: undefined, endpoint: models.origin });
      models.script = { text: ["bad "], ending: "filtered" };
      const begun = await say(program, ann, "Go.");
      expect((await answered(ann, begun)).result).toMatchObject({ finish: "filtered", content: "" });
      expect((await read(program, ann, begun.conversation_id)).messages.at(-1)).toMatchObject({ content: "", finish: "filtered", failure: { kind: "content-filtered", message: expect.stringContaining("(") as string } });
    });

    test("a pause that it asks for is told, and obeyed", async () => {
      let asked = 0;
      models.script = () => ((asked += 1) === 1 ? { text: "", refusal: refusals.rateLimit(1) } : { text: "Now." });
      const begun = await say(program, ann, "Go.");
      const socket = await listen(ann, begun.conversation_id);
      await socket.next({ type: "waiting" });
      expect((await socket.next({ type: "result" })).content).toBe("Now.");
    });
  });

  test("without a model nothing is said, and nothing stored", async () => {
    const ben = await newMember(program);
    expect(problemType(await trySaying(program, ben, { message: "Go." }))).toBe("model-not-configured");
    expect(await limitsOf(program, ben)).toMatchObject({ model: null, runs_at_once: 4, tokens_today: 0 });
    expect(await limitsOf(program, ann)).toMatchObject({ model: { provider: "openai", name: "gpt-small", offered_by: "user" } });
  });

  test("a request that comes again is told what it began, and begins nothing", async () => {
    const key = { "Idempotency-Key": "one of a kind" };
    const before = models.chats.length;
    const replies = await Promise.all(Array.from({ length: 6 }, async () => await trySaying(program, ann, { message: "Once." }, key)));
    const ids = new Set(replies.map((reply) => JSON.stringify(reply.json)));
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202]);
    expect(ids.size).toBe(1);
    await answered(ann, replies[0]?.json as Accepted);
    expect(models.chats.length).toBe(before + 1);
    expect(problemType(await trySaying(program, ann, { message: "Twice." }, key))).toBe("idempotency-key-reused");
    expect((await trySaying(program, ann, { message: "x" }, { "Idempotency-Key": "" })).status).toBe(422);
    expect((await trySaying(program, ann, { message: "x" }, { "Idempotency-Key": "k".repeat(256) })).status).toBe(422);
  });

  test("one run per conversation, and as many as the account may have", async () => {
    models.script = { text: ["x"], ending: "silence" };
    const first = await say(program, ann, "1");
    expect(problemType(await trySaying(program, ann, { message: "again", conversation_id: first.conversation_id }))).toBe("run-in-progress");
    const more = [await say(program, ann, "2"), await say(program, ann, "3"), await say(program, ann, "4")];
    const refused = await trySaying(program, ann, { message: "5" });
    expect(problemType(refused)).toBe("too-many-runs");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    for (const one of [first, ...more]) expect((await stop(program, ann, one.conversation_id)).status).toBe(204);
    await say(program, ann, "5");
  });

  test("a message is answered once more, edited, and gone on with", async () => {
    models.script = { text: "One." };
    const begun = await say(program, ann, "Why?");
    const id = begun.conversation_id;
    await answered(ann, begun);
    models.script = { text: "Two." };
    const again = (await trySaying(program, ann, { conversation_id: id, parent: 1 })).json as Accepted;
    expect(again.number).toBeUndefined();
    await answered(ann, again);
    expect((await read(program, ann, id)).messages).toMatchObject([{ number: 1 }, { number: 3, content: "Two.", siblings: [2, 3] }]);
    const edited = await say(program, ann, "Why not?", { conversation_id: id, parent: 0 });
    await answered(ann, edited);
    expect((await read(program, ann, id)).messages).toMatchObject([{ number: 4, content: "Why not?", siblings: [1, 4] }, { number: 5 }]);
    expect(models.chats.at(-1)?.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(problemType(await trySaying(program, ann, { conversation_id: id, parent: 5 }))).toBe("nothing-to-answer");
    expect(problemType(await trySaying(program, ann, { conversation_id: id, parent: 99 }))).toBe("nothing-to-answer");
  });

  test("events that are gone are not made up: reload", async () => {
    const begun = await say(program, ann, "One.");
    await answered(ann, begun);
    const next = await say(program, ann, "Two.", { conversation_id: begun.conversation_id });
    await answered(ann, next);
    const socket = await open(ann);
    socket.send({ type: "subscribe", conversation_id: begun.conversation_id, after: 1, request_id: "r" });
    const reload = await socket.next({ type: "reload", request_id: "r" });
    expect(reload.seq).toBe((await read(program, ann, begun.conversation_id)).seq);
    const third = await say(program, ann, "Three.", { conversation_id: begun.conversation_id });
    await socket.next({ type: "status", status: "idle" });
    const reader = new Reader(begun.conversation_id, third.seq);
    reader.hearAll(socket, socket.frames.indexOf(reload) + 1);
    expect(reader.result?.content).toBe("The price of one bitcoin is 43 050 €. 🚀");
  });

  test("an answer has no control characters", async () => {
    models.script = { text: ["\u001b[31mred\u001b[0m", "a\u0000b", "\u0007", "tab\tline\r\n", "\u009b1m"] };
    const reader = await answered(ann, await say(program, ann, "Go."));
    expect(reader.text).toBe("[31mred[0mabtab\tline\n1m");
    expect(reader.result?.content).toBe(reader.text);
  });

  test("limits of a message: just under and just over", async () => {
    const longest = "ü".repeat(32_000);
    const reply = await trySaying(program, ann, { message: longest });
    expect(reply.status, reply.text).toBe(202);
    expect((await trySaying(program, ann, { message: `${longest}.` })).status).toBe(422);
    for (const message of ["", " \n\t", "a\u0000b"]) expect((await trySaying(program, ann, { message })).status).toBe(422);
    expect((await trySaying(program, ann, {})).status).toBe(422);
    expect((await trySaying(program, ann, { parent: 1 })).status).toBe(422);
  });
});
