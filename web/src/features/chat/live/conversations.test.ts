import { beforeEach, describe, expect, it } from "vitest";
import { CallError, type Failure } from "@/api/failure";
import type { ConversationWithMessages } from "@/api/types";
import type { EventFrame } from "@/features/stream/frames";
import { FakeConversation } from "../testing/program";
import { FakeClock } from "@/features/stream/testing/wire";
import { Conversations, type Opened } from "./conversations";

let there: FakeConversation;
let wire: EventFrame[];
let shown: Opened | null;
let followed: Map<string, () => number>;
let reads: { before: number | null; answer(): void; refuse(failure?: Failure): void }[];
let clock: FakeClock;
let changes: string[];
let live: Conversations;

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  wire = [];
  there = new FakeConversation("c", (event) => wire.push(event));
  shown = null;
  followed = new Map();
  reads = [];
  changes = [];
  clock = new FakeClock();
  live = new Conversations({
    read: (_, before) =>
      new Promise<ConversationWithMessages>((resolve, reject) => {
        reads.push({
          before,
          answer: () => resolve(structuredClone(there.page(4, before ?? undefined))),
          refuse: (failure = { kind: "network" }) => reject(new CallError(failure)),
        });
      }),
    follow: (id, last) => {
      followed.set(id, last);
      // The socket is open.
      last();
    },
    unfollow: (id) => followed.delete(id),
    show: (_, opened) => {
      shown = opened;
    },
    listChanged: () => changes.push("list"),
    usageChanged: () => changes.push("usage"),
    now: () => 0,
    later: clock.later,
  });
});

async function answer(): Promise<void> {
  const read = reads.shift();
  if (!read) throw new Error("Nothing is read.");
  read.answer();
  await settle();
}
async function refuse(failure?: Failure): Promise<void> {
  const read = reads.shift();
  if (!read) throw new Error("Nothing is read.");
  read.refuse(failure);
  await settle();
}
const problem = (name: string, status: number, retryAfterSeconds: number | null = null): Failure => ({
  kind: "problem",
  problem: { type: `urn:kontor:problem:${name}`, title: "", status },
  retryAfterSeconds,
});

const contents = () => shown?.state?.messages.map(({ content }) => content);
const changed = () => live.hear({ type: "conversation", conversation_id: "c", change: "changed" });

/** All events arrive, after what the socket answers to a subscription. */
function deliver(): void {
  for (const event of wire.splice(0)) live.hear({ type: "event", event });
}
function subscribed(): void {
  for (const event of there.eventsAfter(followed.get("c")?.() ?? 0) ?? []) live.hear({ type: "event", event });
  live.hear({ type: "subscribed", conversation_id: "c", seq: there.seq });
}

describe("a conversation that is shown", () => {
  it("is read, and followed behind what was read", async () => {
    there.begin({ message: "a" });
    live.open("c");
    there.text("A");
    await answer();
    expect(followed.get("c")?.()).toBe(3);
    wire.length = 0;
    subscribed();
    there.text("B");
    deliver();
    expect(shown?.state).toMatchObject({ run: { text: "AB" }, stale: false, replaying: false });
  });

  it("says why it could not be read, and can be tried again", async () => {
    live.open("c");
    reads.shift()?.refuse();
    await settle();
    expect(shown).toMatchObject({ failure: { kind: "network" }, state: null });
    live.retry("c");
    expect(shown?.failure).toBeNull();
    await answer();
    expect(shown?.state?.messages).toEqual([]);
  });

  it("is read again when something was missed, once however much comes meanwhile, and listens behind that", async () => {
    live.open("c");
    await answer();
    subscribed();
    there.begin({ message: "a" });
    wire.shift();
    there.text("A");
    deliver();
    there.text("B");
    deliver();
    expect(reads).toHaveLength(1);
    await answer();
    expect(followed.get("c")?.()).toBe(4);
    expect(shown?.state?.run?.text).toBe("AB");
  });

  it("is read again when the events are not kept any more", async () => {
    live.open("c");
    await answer();
    live.hear({ type: "reload", conversation_id: "c", seq: 9 });
    expect(reads).toHaveLength(1);
  });

  it("that another tab changes is read when its answer is done, not while it is written", async () => {
    live.open("c");
    await answer();
    subscribed();
    there.begin({ message: "a" });
    deliver();
    for (let count = 0; count < 5; count += 1) {
      live.hear({ type: "conversation", conversation_id: "c", change: "changed" });
    }
    expect(reads).toHaveLength(0);
    there.text("A");
    there.end();
    there.title = "Named";
    deliver();
    expect(reads).toHaveLength(1);
    await answer();
    expect(shown?.head?.title).toBe("Named");
  });

  it("shows the branch that another tab has chosen, and goes on from there", async () => {
    for (const text of ["A", "B"]) {
      there.begin(text === "A" ? { message: "a" } : { parent: 1 });
      there.text(text);
      there.end();
    }
    live.open("c");
    await answer();
    subscribed();
    expect(contents()).toEqual(["a", "B"]);
    there.show(2);
    changed();
    await answer();
    expect(contents()).toEqual(["a", "A"]);
    wire.length = 0;
    there.begin({ message: "more" });
    there.text("C");
    deliver();
    expect([contents(), shown?.state?.run?.text, reads.length]).toEqual([["a", "A", "more"], "C", 0]);
  });

  it("shows a branch that parts before all that is shown, without what it has not read", async () => {
    for (let number = 1; number <= 9; number += 1) there.add(number % 2 ? "user" : "assistant", `${number}`);
    for (let number = 10; number <= 17; number += 1)
      there.add(number % 2 ? "assistant" : "user", `${number}`, number === 10 ? 2 : number - 1);
    live.open("c");
    await answer();
    void live.loadOlder("c");
    await answer();
    expect(contents()).toEqual(["10", "11", "12", "13", "14", "15", "16", "17"]);
    there.show(9);
    changed();
    await answer();
    expect([contents(), shown?.state?.hasMore]).toEqual([["6", "7", "8", "9"], true]);
    void live.loadOlder("c");
    await answer();
    expect(contents()).toEqual(["2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  it("is read once more when the branch is chosen while it is read", async () => {
    there.add("user", "a");
    there.add("assistant", "A");
    there.add("assistant", "B", 1);
    live.open("c");
    const [early] = reads.splice(0);
    early?.answer();
    there.show(2);
    changed();
    await settle();
    await answer();
    expect(contents()).toEqual(["a", "A"]);
  });

  it("is read again after every new connection: names and branches are no events", async () => {
    there.add("user", "a");
    there.add("assistant", "A");
    there.add("assistant", "B", 1);
    live.open("c");
    live.hear({ type: "connected" });
    expect(reads).toHaveLength(1);
    await answer();
    there.show(2);
    there.title = "Named";
    live.hear({ type: "connected" });
    await answer();
    expect([contents(), shown?.head?.title]).toEqual([["a", "A"], "Named"]);
  });

  it("that could not be read again is tried until it is, less and less often", async () => {
    live.open("c");
    await answer();
    subscribed();
    there.begin({ message: "a" });
    wire.shift();
    deliver();
    await refuse();
    expect(clock.waiting).toEqual([1_000]);
    await clock.pass(1_000);
    await refuse(problem("overloaded", 503, 9));
    expect(clock.waiting).toEqual([9_000]);
    await clock.pass(9_000);
    await refuse();
    expect(clock.waiting).toEqual([4_000]);
    await clock.pass(4_000);
    await answer();
    expect([contents(), shown?.failure, clock.waiting]).toEqual([["a"], null, []]);
    changed();
    expect(reads).toHaveLength(0);
    there.end();
    deliver();
    expect(reads).toHaveLength(1);
    live.discard();
    await refuse();
    expect(clock.waiting).toEqual([]);
  });

  it("that is gone when it is read again says so, and is listened to when it is back", async () => {
    const close = live.open("c");
    await answer();
    live.hear({ type: "refused", code: "not-found", conversation_id: "c", request_id: null, retry_after: null });
    await refuse(problem("not-found", 404));
    expect([shown?.gone, clock.waiting]).toEqual([true, []]);
    followed.clear();
    live.hear({ type: "conversation", conversation_id: "c", change: "restored" });
    await answer();
    expect([shown?.gone, followed.has("c")]).toEqual([false, true]);
    close();
  });

  it("that is deleted elsewhere says so, until it is brought back", async () => {
    live.open("c");
    await answer();
    live.hear({ type: "conversation", conversation_id: "c", change: "deleted" });
    expect(shown?.gone).toBe(true);
    live.hear({ type: "conversation", conversation_id: "c", change: "restored" });
    await answer();
    expect(shown?.gone).toBe(false);
  });

  it("shows older messages, one page at a time", async () => {
    for (let number = 1; number <= 9; number += 1) there.add("user", `${number}`);
    live.open("c");
    await answer();
    void live.loadOlder("c");
    void live.loadOlder("c");
    expect(reads.map(({ before }) => before)).toEqual([6]);
    expect(shown?.older).toBe("loading");
    reads.shift()?.refuse();
    await settle();
    expect(shown?.older).toEqual({ kind: "network" });
    void live.loadOlder("c");
    await answer();
    expect([shown?.older, shown?.state?.messages.length]).toEqual([null, 8]);
  });

  it("is left when it is shown no more, and what comes late changes nothing", async () => {
    const close = live.open("c");
    const closeToo = live.open("c");
    close();
    await answer();
    expect(followed.size).toBe(1);
    closeToo();
    expect([followed.size, shown]).toEqual([0, null]);
    there.begin({ message: "a" });
    deliver();
    expect(shown).toBeNull();
  });

  it("belongs to nobody when somebody else comes", async () => {
    live.open("c");
    live.discard();
    await answer();
    expect([followed.size, shown]).toEqual([0, null]);
  });
});

it("lists and what was used are asked for again when they may have changed", async () => {
  live.hear({ type: "connected" });
  live.hear({ type: "conversation", conversation_id: "other", change: "created" });
  there.begin({ message: "a" });
  deliver();
  expect(changes).toEqual(["list", "list", "usage", "list"]);
});
