/** Conversations from outside: how they are kept, listed, branched, searched, deleted and taken along. Having them answered: runs.test.ts. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors, problemType, type Reply } from "./support/client";
import { apiBase } from "./support/contract";
import {
  at, chatPath, fileOf, importFile, listConversations, newConversation, openConversation, searchConversations, type Found, type SaidMessage, type ShownConversation,
} from "./support/conversations";
import { wantedDatabases } from "./support/environment";
import { newMember, signedInAgain, type Person } from "./support/people";
import { Installation, Program } from "./support/program";
import { open as openSocket } from "./support/raw";
import { until } from "./support/until";

const user = (content: string, more: Partial<SaidMessage> = {}): SaidMessage => ({ role: "user", content, ...more });
const assistant = (content: string, more: Partial<SaidMessage> = {}): SaidMessage => ({ role: "assistant", content, ...more });
const marked = (found: Found): string => found.excerpt.map((piece) => (piece.found ? `[${piece.text}]` : piece.text)).join("");

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let me: Person;
  beforeAll(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    me = await newMember(program);
  });
  afterAll(async () => {
    await program.stop();
    installation.remove();
  });

  const send = async (method: string, path: string, json?: unknown, by = me): Promise<Reply> => await program.send(method, `${chatPath}${path}`, { token: by.token, json });

  test("one is begun, named, pinned and read again", async () => {
    const mine = await newMember(program);
    const made = await send("POST", "/new", { title: "Gold" }, mine);
    expect(made.status, made.text).toBe(201);
    const { conversation_id: id, ...rest } = made.json as ShownConversation;
    expect(made.headers.location).toBe(`${chatPath}/${id}`);
    expect(rest).toMatchObject({ title: "Gold", pinned: false, messages_count: 0, status: "idle" });
    expect((await send("POST", "/new", undefined, mine)).json).toMatchObject({ title: "" });
    expect((await send("POST", "/new", {}, mine)).json).toMatchObject({ title: "" });
    const changed = await send("PATCH", `/${id}`, { title: "Silver 📈", pinned: true }, mine);
    expect(changed.json).toMatchObject({ conversation_id: id, title: "Silver 📈", pinned: true });
    expect(await openConversation(program, mine.token, id)).toMatchObject({ title: "Silver 📈", pinned: true, messages: [], has_more: false, seq: 0 });
    expect((await send("GET", `/${id}/status`, undefined, mine)).json).toEqual({ conversation_id: id, status: "idle", seq: 0 });
    expect((await listConversations(program, mine.token)).map((each) => each.title)).toEqual(["Silver 📈", "", ""]);
    expect((await send("PATCH", `/${id}`, { pinned: false }, mine)).json).toMatchObject({ title: "Silver 📈", pinned: false });
  });

  test("every limit just under and just over", async () => {
    const id = await newConversation(program, me.token, [user("x")]);
    const title = (length: number): string => "ü".repeat(length);
    expect((await send("POST", "/new", { title: title(255) })).status).toBe(201);
    expect((await send("PATCH", `/${id}`, { title: title(255) })).status).toBe(200);
    for (const [method, path, json, errors] of [
      ["POST", "/new", { title: title(256) }, ["/title too_long"]],
      ["POST", "/new", { title: "a\nb" }, ["/title not_allowed"]],
      ["POST", "/new", { title: 1 }, ["/title wrong_type"]],
      ["POST", "/new", { user_id: me.id }, ["/user_id unknown_member"]],
      ["PATCH", `/${id}`, { title: title(256) }, ["/title too_long"]],
      ["PATCH", `/${id}`, { title: " " }, ["/title too_short"]],
      ["PATCH", `/${id}`, { title: "\u0000" }, ["/title not_allowed"]],
      ["PATCH", `/${id}`, { pinned: "yes" }, ["/pinned wrong_type"]],
      ["PATCH", `/${id}`, {}, ["/title required"]],
      ["PUT", `/${id}/branch`, { number: 0 }, ["/number not_allowed"]],
      ["PUT", `/${id}/branch`, {}, ["/number required"]],
      ["GET", `/${id}?limit=201`, undefined, ["/limit not_allowed"]],
      ["GET", `/${id}?limit=0&before=0`, undefined, ["/before not_allowed", "/limit not_allowed"]],
      ["GET", "/?limit=101", undefined, ["/limit not_allowed"]],
      ["GET", "/?deleted=1", undefined, ["/deleted not_allowed"]],
      ["GET", "/?cursor=x", undefined, ["/cursor not_allowed"]],
      ["GET", "/search", undefined, ["/q not_allowed"]],
      ["GET", "/search?q=", undefined, ["/q not_allowed"]],
      ["GET", `/search?q=${"x".repeat(201)}`, undefined, ["/q not_allowed"]],
      ["GET", "/search?q=x&limit=51", undefined, ["/limit not_allowed"]],
      ["GET", "/export?format=pdf", undefined, ["/format not_allowed"]],
      ["GET", `/${id}/export?format=`, undefined, ["/format not_allowed"]],
      ["DELETE", `/${id}?permanently=yes`, undefined, ["/permanently not_allowed"]],
    ] as const) {
      const refused = await send(method, path, json);
      expect([refused.status, fieldErrors(refused)], `${method} ${path}`).toEqual([422, errors]);
    }
    expect((await send("GET", `/${id}?limit=200&before=1`)).status).toBe(200);
    expect((await send("GET", `/search?q=${"x".repeat(200)}&limit=50`)).status).toBe(200);
    expect((await send("GET", "/?limit=100")).status).toBe(200);
  });

  test("c.40 the list comes in pages, pinned ones first, then the latest, and never has a message", async () => {
    const mine = await newMember(program);
    const secretText = randomUUID();
    await importFile(program, mine.token, fileOf(Array.from({ length: 7 }, (_, i) => ({ title: `t${i}`, updated_at: at(Math.floor(i / 2)), pinned: i === 0, messages: [user(secretText)] }))));
    const titles: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined;) {
      const reply = await send("GET", `/?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`, undefined, mine);
      expect(reply.text).not.toContain(secretText);
      const page = reply.json as { conversations: ShownConversation[]; next_cursor?: string };
      titles.push(...page.conversations.map((each) => each.title));
      cursor = page.next_cursor;
    }
    expect(titles[0]).toBe("t0");
    expect(titles[1]).toBe("t6");
    expect(titles.slice(2, 4).sort()).toEqual(["t4", "t5"]);
    expect(titles.slice(4, 6).sort()).toEqual(["t2", "t3"]);
    expect(titles[6]).toBe("t1");
  });

  test("a branch is shown to its end, with what stands beside it, page by page", async () => {
    // 1 ── 2 ── 3 ── 4     5 (another second) ── 6
    const id = await newConversation(program, me.token, [user("1"), assistant("2"), user("3"), assistant("4"), assistant("5", { parent: 1 }), user("6")]);
    let open = await openConversation(program, me.token, id);
    expect(open.messages.map((each) => each.content)).toEqual(["1", "5", "6"]);
    expect(open.messages[1]).toMatchObject({ number: 5, parent: 1, siblings: [2, 5] });
    expect(open.messages[0]).not.toHaveProperty("siblings");
    expect(open.messages[0]).not.toHaveProperty("parent");
    const shown = await send("PUT", `/${id}/branch`, { number: 2 });
    expect(shown.json).toMatchObject({ conversation_id: id, messages_count: 6 });
    open = await openConversation(program, me.token, id);
    expect(open.messages.map((each) => each.number)).toEqual([1, 2, 3, 4]);
    const last = await openConversation(program, me.token, id, "?limit=2");
    expect([last.messages.map((each) => each.number), last.has_more]).toEqual([[3, 4], true]);
    const before = await openConversation(program, me.token, id, "?limit=2&before=3");
    expect([before.messages.map((each) => each.number), before.has_more]).toEqual([[1, 2], false]);
    expect(problemType(await send("PUT", `/${id}/branch`, { number: 7 }))).toBe("not-found");
  });

  test("a message of the largest size is read whole, and a page of them stays under a megabyte", async () => {
    // The second one is what JSON makes longest.
    for (const [text, count] of [["<&>x".repeat(65_536), 1], ['"\n\\'.repeat(81_920), 2]] as const) {
      const id = await newConversation(program, me.token, Array.from({ length: 6 }, () => user(text)));
      const reply = await send("GET", `/${id}?limit=200`);
      expect(Buffer.byteLength(reply.text)).toBeLessThan(1_000_000);
      const { messages, has_more } = reply.json as { messages: { content: string }[]; has_more: boolean };
      expect([messages.length, has_more]).toEqual([count, true]);
      expect(messages.at(-1)?.content).toBe(text);
    }
  });

  test("words are found in any case, without their accents, in title and text, on either database alike", async () => {
    const mine = await newMember(program);
    const first = await newConversation(program, mine.token, [user("Wie weit fällt der Goldpreis?"), assistant("Bis zur Größe der Unze; siehe ＦＵＬＬ ﬁnance, 比特币 und Straße.")], { title: "Märkte heute", updated_at: at(1) });
    const second = await newConversation(program, mine.token, [user("Golden days <b>ahead</b>")], { title: "Other", updated_at: at(2) });
    const ids = async (text: string): Promise<string[]> => (await searchConversations(program, mine.token, text)).map((each) => each.conversation_id);
    for (const text of ["markte", "MÄRKTE", "heute mark", "groesse".replace("oe", "o"), "GRÖSSE", "full", "finance", "strasse", "特", "goldpreis fallt", "unze", "Ma\u0308rkte"]) expect(await ids(text), text).toEqual([first]);
    expect(await ids("gold")).toEqual([second, first]);
    expect(await ids("golden")).toEqual([second]);
    for (const text of ["silber", "gold silber", "???", "markte unze", "NOT gold", "\"", "'", "gold) OR (x", "*", ":*", "%", "\\"]) expect(await ids(text), text).toEqual([]);
    const [title] = await searchConversations(program, mine.token, "markte");
    expect(title).not.toHaveProperty("number");
    expect(marked(title as Found)).toBe("[Märkte] heute");
    const [message] = await searchConversations(program, mine.token, "grosse");
    expect(message).toMatchObject({ number: 2, title: "Märkte heute" });
    expect(marked(message as Found)).toContain("Bis zur [Größe] der Unze");
    await send("PATCH", `/${first}`, { title: "Renamed" }, mine);
    expect(await ids("markte")).toEqual([]);
    expect(await ids("renamed")).toEqual([first]);
  });

  test("a deleted one is hidden everywhere, comes back as it was, and is gone for good when that is wanted", async () => {
    const mine = await newMember(program);
    const id = await newConversation(program, mine.token, [user("xylophone"), assistant("answer")]);
    const before = await openConversation(program, mine.token, id);
    const deleted = await send("DELETE", `/${id}`, undefined, mine);
    expect(deleted.json).toMatchObject({ status: "deleted", conversation_id: id });
    const until = Date.parse((deleted.json as { restorable_until: string }).restorable_until) - Date.now();
    expect(Math.abs(until / 86_400_000 - 30)).toBeLessThan(0.1);
    for (const [method, path, json] of [
      ["GET", `/${id}`, undefined],
      ["GET", `/${id}/status`, undefined],
      ["GET", `/${id}/export`, undefined],
      ["PATCH", `/${id}`, { pinned: true }],
      ["PUT", `/${id}/branch`, { number: 1 }],
      ["DELETE", `/${id}`, undefined],
    ] as const) {
      const reply = await send(method, path, json, mine);
      expect([reply.status, problemType(reply)], `${method} ${path}`).toEqual([404, "not-found"]);
    }
    expect(await listConversations(program, mine.token)).toEqual([]);
    expect(await searchConversations(program, mine.token, "xylophone")).toEqual([]);
    expect((await send("GET", "/export", undefined, mine)).text).not.toContain("xylophone");
    const [hidden] = await listConversations(program, mine.token, "?deleted=true");
    expect(hidden).toMatchObject({ conversation_id: id, restorable_until: (deleted.json as { restorable_until: string }).restorable_until });
    expect((await send("POST", `/${id}/restore`, undefined, mine)).status).toBe(200);
    expect((await send("POST", `/${id}/restore`, undefined, mine)).status).toBe(404);
    expect(await openConversation(program, mine.token, id)).toEqual(before);
    expect(await searchConversations(program, mine.token, "xylophone")).toHaveLength(1);
    expect((await send("DELETE", `/${id}`, undefined, mine)).status).toBe(200);
    expect((await send("DELETE", `/${id}?permanently=true`, undefined, mine)).json).toEqual({ status: "deleted", conversation_id: id });
    expect((await send("POST", `/${id}/restore`, undefined, mine)).status).toBe(404);
    expect(await listConversations(program, mine.token, "?deleted=true")).toEqual([]);
    for (const [table, column] of [["conversations", "id"], ["messages", "conversation_id"], ["message_words", "conversation_id"]]) {
      expect(await installation.query(`SELECT count(*) FROM ${table as string} WHERE ${column as string} = '${id}'`)).toBe("0");
    }
  });

  test("what is taken along comes back with all branches, and twice is once", async () => {
    const mine = await newMember(program);
    const other = await newMember(program);
    await newConversation(program, mine.token, [user("1 <b>&"), assistant("2", { agent_name: "gpt-4o", finish: "length" }), assistant("3", { parent: 1 })], { shown: 2, title: 'a "title"', pinned: true });
    await newConversation(program, mine.token, [], { title: "empty" });
    const file = await send("GET", "/export", undefined, mine);
    expect(file.headers["content-disposition"]).toMatch(/^attachment; filename="kontor-conversations-\d{4}-\d\d-\d\d\.json"$/);
    expect((await importFile(program, mine.token, file.json)).json).toEqual({ taken: 0, left: 2 });
    expect((await importFile(program, other.token, file.json)).json).toEqual({ taken: 2, left: 0 });
    expect((await importFile(program, other.token, file.json)).json).toEqual({ taken: 0, left: 2 });
    const again = await send("GET", "/export", undefined, other);
    expect(again.json).toEqual(file.json);
    const [head] = await listConversations(program, other.token);
    const one = await send("GET", `/${head?.conversation_id as string}/export`, undefined, other);
    expect((one.json as { conversations: unknown[] }).conversations).toHaveLength(1);
  });

  test("Markdown has the branch that is shown", async () => {
    const id = await newConversation(program, me.token, [user("Question"), assistant("**Left**", { agent_name: "gpt-4o" }), assistant("**Right**", { parent: 1, finish: "cancelled" })], { title: "# A [title]" });
    const file = await send("GET", `/${id}/export?format=markdown`);
    expect(file.headers["content-type"]).toBe("text/markdown; charset=utf-8");
    expect(file.headers["content-disposition"]).toBe(`attachment; filename="kontor-conversation-${id}.md"`);
    expect(file.text).toBe(
      "# \\# A \\[title\\]\n\n2026-11-23 12:00 UTC\n\n---\n\n**You**, 2026-11-23 12:00 UTC\n\nQuestion\n\n---\n\n**Assistant**, 2026-11-23 12:00 UTC (cancelled)\n\n**Right**\n",
    );
    expect((await send("GET", "/export?format=markdown")).text).toContain("**Right**");
    expect((await program.send("HEAD", `${chatPath}/${id}/export`, { token: me.token })).status).toBe(200);
  });

  test("a file with something wrong in it changes nothing, and says where it is", async () => {
    const mine = await newMember(program);
    const good = { messages: [user("fine")] };
    const refused = async (file: unknown): Promise<string[]> => {
      const reply = await importFile(program, mine.token, file);
      expect(reply.status, reply.text).toBe(422);
      return fieldErrors(reply);
    };
    expect(await refused(fileOf([good, { messages: [user("x", { parent: 1 })] }]))).toEqual(["/conversations/1/messages/0/parent not_allowed"]);
    expect(await refused(fileOf([good, { messages: [user("x", { number: 2 })] }]))).toEqual(["/conversations/1/messages/0/number not_allowed"]);
    expect(await refused(fileOf([good, { messages: [user("x")], shown: 2 }]))).toEqual(["/conversations/1/shown not_allowed"]);
    expect(await refused(fileOf([good, { messages: [user("x".repeat(262_145))] }]))).toEqual(["/conversations/1/messages/0/content too_long"]);
    expect(await refused({ format: "other", conversations: [] })).toEqual(["/format not_allowed"]);
    expect(await listConversations(program, mine.token)).toEqual([]);
    // The same one twice in a file is there once.
    const twice = { conversation_id: randomUUID(), ...good };
    expect((await importFile(program, mine.token, fileOf([twice, twice]))).json).toEqual({ taken: 1, left: 1 });
  });

  test("a file of 16 MiB is taken, a larger one is not", async () => {
    const mine = await newMember(program);
    const limit = 16 * 1024 * 1024;
    const filled = (size: number): string => {
      const text = JSON.stringify(fileOf(Array.from({ length: 80 }, (_, i) => ({ title: `t${i}`, messages: [user("word ".repeat(41_000))] }))));
      return text + " ".repeat(size - Buffer.byteLength(text));
    };
    const over = await program.send("POST", `${chatPath}/import`, { token: mine.token, body: filled(limit + 1) });
    expect(over.status).toBe(413);
    const just = await program.send("POST", `${chatPath}/import`, { token: mine.token, body: filled(limit) });
    expect(just.json).toEqual({ taken: 80, left: 0 });
    expect((await send("GET", "/export", undefined, mine)).text.length).toBeGreaterThan(16_000_000);
  });

  test("a file is taken no further once whoever brought it has logged out", { timeout: 60_000 }, async () => {
    const mine = await newMember(program);
    const other = await signedInAgain(program, mine);
    const there = async (): Promise<number> => (await listConversations(program, other, "?limit=100")).length;
    const all = Array.from({ length: 90 }, (_, i) => ({ title: `${i}`, messages: Array.from({ length: 300 }, (_each, k) => user(`Message ${k} about gold and oil.`)) }));
    const bringing = importFile(program, mine.token, fileOf(all));
    await until("a part of it is there", async () => (await there()) > 0);
    expect((await program.send("POST", `${apiBase}/auth/logout`, { token: mine.token })).status).toBe(204);
    const reply = await bringing;
    expect([reply.status, problemType(reply)]).toEqual([401, "invalid-token"]);
    expect(await there()).toBeLessThan(90);
  });

  test("a few large bodies are read at a time, others are told to come again, and small ones are not affected", async () => {
    const mine = await newMember(program);
    const large = Buffer.from(JSON.stringify(fileOf([])) + " ".repeat(1024 * 1024));
    const head = `POST ${chatPath}/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${mine.token}\r\nContent-Type: application/json\r\nContent-Length: ${large.length}\r\n\r\n`;
    const slow: Awaited<ReturnType<typeof openSocket>>[] = [];
    const hold = async (): Promise<void> => {
      const socket = await openSocket(program.port);
      socket.on("error", () => undefined);
      socket.write(`${head}{`);
      slow.push(socket);
    };
    for (let i = 0; i < 4; i += 1) await hold();
    const bring = async (): Promise<Reply> => await program.send("POST", `${chatPath}/import`, { token: mine.token, body: large.toString(), ownConnection: true });
    let refused: Reply | undefined;
    // One of the slow ones may come when `bring` has the last place, and be refused itself.
    await until("the places are taken", async () => {
      refused = await bring();
      if (refused.status !== 503) await hold();
      return refused.status === 503;
    });
    expect(problemType(refused as Reply)).toBe("overloaded");
    expect(refused?.headers["retry-after"]).toBe("5");
    expect((await importFile(program, mine.token, fileOf([]))).json).toEqual({ taken: 0, left: 0 });
    for (const socket of slow) socket.destroy();
    await until("a place is free", async () => (await bring()).status === 200);
  });

  test("Open WebUI CVE-2026-45349, LibreChat CVE-2024-41703, c.40: a search of one finds nothing of another, and a conversation brought by one is not another's", async () => {
    const [ann, bob] = [await newMember(program), await newMember(program)];
    const word = `w${randomUUID().replaceAll("-", "")}`;
    const id = await newConversation(program, ann.token, [user(`the ${word}`)], { title: word });
    expect(await searchConversations(program, ann.token, word)).toHaveLength(1);
    expect(await searchConversations(program, bob.token, word)).toEqual([]);
    // The mark that Ann's words carry in the index, written by Bob himself.
    const mark = ann.id.replaceAll("-", "").slice(0, 16);
    await newConversation(program, bob.token, [user(`${mark}${word}`)]);
    expect(await searchConversations(program, bob.token, mark + word)).toHaveLength(1);
    expect(await searchConversations(program, ann.token, word)).toHaveLength(1);
    expect((await importFile(program, bob.token, fileOf([{ conversation_id: id, title: "Bob's", messages: [user("his")] }]))).json).toEqual({ taken: 1, left: 0 });
    expect((await openConversation(program, ann.token, id)).title).toBe(word);
    expect((await openConversation(program, bob.token, id)).title).toBe("Bob's");
    await send("DELETE", `/${id}?permanently=true`, undefined, bob);
    expect((await openConversation(program, ann.token, id)).messages).toHaveLength(1);
  });

  test("what was acknowledged is there after a kill", async () => {
    const mine = await newMember(program);
    const id = await newConversation(program, mine.token, [user("kept words")]);
    await send("PATCH", `/${id}`, { title: "kept title" }, mine);
    await program.kill();
    program = await Program.start({ installation });
    expect(await openConversation(program, mine.token, id)).toMatchObject({ title: "kept title", messages_count: 1 });
    expect(await searchConversations(program, mine.token, "kept wor")).toHaveLength(1);
  });
});
