import { beforeEach, describe, expect, it } from "vitest";
import { CallError } from "@/api/failure";
import type { ConversationWithMessages } from "@/api/types";
import type { EventFrame } from "../frames";
import { FakeConversation } from "../testing/program";
import { Conversations, type Opened } from "./conversations";

let there: FakeConversation;
let wire: EventFrame[];
let shown: Opened | null;
let followed: Map<string, () => number>;
let reads: { before: number | null; answer(): void; refuse(): void }[];
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
  live = new Conversations({
    read: (_, before) =>
      new Promise<ConversationWithMessages>((resolve, reject) => {
        reads.push({
          before,
          answer: () => resolve(structuredClone(there.page(4, before ?? undefined))),
          refuse: () => reject(new CallError({ kind: "network" })),
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
  });
});

async function answer(): Promise<void> {
  const read = reads.shift();
  if (!read) throw new Error("Nothing is read.");
  read.answer();
  await settle();
}

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
