import { describe, expect, it } from "vitest";
import type { ConversationWithMessages, Message } from "@/api/types";
import {
  apply,
  asking,
  caughtUp,
  type ConversationState,
  listening,
  load,
  outdated,
  prepend,
  told as answered,
  utf8Length,
} from "./conversationState";
import type { EventFrame } from "@/features/stream/frames";
import { FakeConversation } from "./testing/program";

const now = 1_000_000;

/** A conversation, the events it told, and a page that follows them. */
function begun() {
  const told: EventFrame[] = [];
  const there = new FakeConversation("c", (event) => told.push(event));
  let here = load(null, there.page());
  return {
    there,
    told,
    /** What was told since the last time reaches the page. */
    hear(): ConversationState {
      for (const event of told.splice(0)) here = apply(here, event, now);
      return here;
    },
    set(next: (state: ConversationState) => ConversationState) {
      here = next(here);
    },
  };
}

const contents = ({ messages }: { messages: readonly Message[] }) => messages.map(({ content }) => content);

describe("an answer", () => {
  it("grows with its pieces, and becomes a message", () => {
    const { there, hear } = begun();
    there.begin({ message: "What moves gold?" });
    expect(hear()).toMatchObject({ run: { parent: 1, text: "" }, stale: false });
    there.reasoning("Let me see.");
    there.text("Zinsen, ");
    there.text("Ängste – 🙂");
    expect(hear().run).toMatchObject({ text: "Zinsen, Ängste – 🙂", reasoning: "Let me see.", bytes: 24 });
    there.end();
    const state = hear();
    expect(state.run).toBeNull();
    expect(contents(state)).toEqual(["What moves gold?", "Zinsen, Ängste – 🙂"]);
    expect(state).toEqual(load(null, there.page()));
  });

  it("is shown once between its result and the end of the run", () => {
    const { there, told, hear, set } = begun();
    there.begin({ message: "?" });
    there.text("Yes.");
    there.end();
    const last = told.pop();
    expect(hear()).toMatchObject({ run: { answered: true }, messages: [{ number: 1 }, { number: 2 }] });
    set((state) => apply(state, last as EventFrame, now));
    expect(hear().run).toBeNull();
  });

  it("waits when the provider asks for it, until the next piece", () => {
    const { there, hear } = begun();
    there.begin({ message: "?" });
    there.waiting(20);
    expect(hear().run?.waiting).toEqual({ until: now + 20_000, message: "Rate limit reached." });
    there.text("a");
    expect(hear().run?.waiting).toBeNull();
  });

  it("that failed without a word leaves the reason, until the next one begins", () => {
    const { there, hear } = begun();
    there.begin({ message: "?" });
    there.error("rate-limited", "Slow down.", { recoverable: true, retry_after: 7 });
    expect(hear().run?.error).toMatchObject({ code: "rate-limited", retryAfter: 7, at: now });
    there.end("failed");
    expect(hear()).toMatchObject({ run: null, failure: { message: "Slow down.", recoverable: true } });
    there.begin({ parent: 1 });
    expect(hear().failure).toBeNull();
  });

  it("that failed after some words is a message with its reason", () => {
    const { there, hear } = begun();
    there.begin({ message: "?" });
    there.text("Half a");
    there.error("timed-out", "Too slow.");
    there.end("failed", { failure: { kind: "timed-out", message: "Too slow." } });
    expect(hear()).toMatchObject({ failure: null, messages: [{}, { finish: "failed", content: "Half a" }] });
  });

  it("that was stopped before a word leaves nothing", () => {
    const { there, hear } = begun();
    there.begin({ message: "?" });
    there.end("cancelled");
    expect(hear()).toMatchObject({ run: null, failure: null, messages: [{ number: 1 }] });
  });
});

describe("branches", () => {
  it("an edited message takes the place of the one before, with all behind it", () => {
    const { there, hear } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    there.begin({ message: "b" });
    there.text("B");
    there.end();
    there.begin({ message: "c", parent: 2 });
    expect(contents(hear())).toEqual(["a", "A", "c"]);
    expect(hear().messages.at(-1)?.siblings).toEqual([3, 5]);
  });

  it("the first message can be edited, too", () => {
    const { there, hear } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    there.begin({ message: "b", parent: 0 });
    expect(contents(hear())).toEqual(["b"]);
  });

  it("an answer that is made once more takes the place of the old one", () => {
    const { there, hear, set } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    hear();
    set((state) => asking(state, 1));
    there.begin({ parent: 1 });
    there.text("another");
    expect(contents(hear())).toEqual(["a"]);
    expect(hear()).toMatchObject({ run: { parent: 1, text: "another" }, asked: null, stale: false });
    there.end();
    expect(hear().messages.at(-1)).toMatchObject({ content: "another", siblings: [2, 3] });
  });

  it("an answer that never comes leaves the way back to what stood in its place, however often it is tried", () => {
    const { there, hear, set } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    hear();
    for (const finish of ["cancelled", "failed"] as const) {
      set((state) => asking(state, 1));
      const { run_id } = there.begin({ parent: 1 });
      hear();
      set((state) => answered(state, run_id));
      there.end(finish);
      expect(hear()).toMatchObject({ run: null, messages: [{ number: 1 }], aside: 2 });
      set((state) => load(state, there.page()));
      expect(hear().aside).toBe(2);
    }
    there.show(2);
    set((state) => load(state, there.page()));
    expect(hear()).toMatchObject({ aside: null, messages: [{ number: 1 }, { number: 2 }] });
    set((state) => asking(state, 1));
    there.begin({ parent: 1 });
    there.text("B");
    there.end();
    expect(hear()).toMatchObject({ aside: null, messages: [{ number: 1 }, { siblings: [2, 3] }] });
  });

  it("an answer that fails before it is said which run it is, says why all the same", () => {
    const { there, hear, set } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    hear();
    set((state) => asking(state, 1));
    const { run_id } = there.begin({ parent: 1 });
    there.error("unreachable", "Nobody answers.");
    there.end("failed");
    expect(hear().stale).toBe(true);
    set((state) => load(answered(state, run_id), there.page()));
    expect(hear()).toMatchObject({ stale: false, run: null, failure: { code: "unreachable" }, aside: 2 });
  });

  it("a run that began elsewhere just before is not taken for the one that was asked for here", () => {
    const { there, hear, set } = begun();
    for (const content of ["a", "b"]) {
      there.begin({ message: content });
      there.text(content.toUpperCase());
      there.end();
    }
    hear();
    set((state) => asking(state, 1));
    const other = there.begin({ parent: 3 });
    expect(hear()).toMatchObject({ run: { parent: 1 }, stale: false });
    set((state) => answered(state, other.run_id));
    expect(hear().stale).toBe(false);

    set((state) => load(outdated(state), there.page()));
    there.end("cancelled");
    hear();
    set((state) => asking(state, 1));
    there.begin({ parent: 3 });
    hear();
    set((state) => answered(state, null));
    expect(hear().stale).toBe(true);
  });

  describe.each([
    ["here", true],
    ["in another tab", false],
  ])("an answer that is continued %s", (_, here) => {
    it("stands behind the one that was cut off", () => {
      const { there, hear, set } = begun();
      there.begin({ message: "a" });
      there.text("One, ");
      there.end("cancelled");
      hear();
      if (here) set((state) => asking(state, 2));
      const { run_id } = there.begin({ parent: 2 });
      hear();
      if (here) set((state) => answered(state, run_id));
      there.text("two");
      if (!here) {
        expect(hear().stale).toBe(true);
        set((state) => load(state, there.page()));
      }
      expect(hear()).toMatchObject({ stale: false, run: { parent: 2, text: "two" } });
      expect(contents(hear())).toEqual(["a", "One, "]);
      there.end();
      expect(hear().messages.at(-1)).toMatchObject({ number: 3, parent: 2, role: "assistant", content: "two" });
      expect(hear()).toEqual(load(null, there.page()));
    });

    it("takes what stood behind it out of sight", () => {
      const { there, hear, set } = begun();
      there.begin({ message: "a" });
      there.text("One, ");
      there.end("length");
      there.begin({ message: "b" });
      there.text("B");
      there.end();
      hear();
      if (here) set((state) => asking(state, 2));
      there.begin({ parent: 2 });
      there.text("two");
      if (!here) {
        hear();
        set((state) => load(state, there.page()));
      }
      expect(contents(hear())).toEqual(["a", "One, "]);
      there.end();
      expect(contents(hear())).toEqual(["a", "One, ", "two"]);
      expect(hear().messages.at(-1)).toMatchObject({ parent: 2, siblings: [3, 5] });
    });
  });

  it("what was refused before anything began leaves nothing", () => {
    const { hear, set } = begun();
    set((state) => answered(asking(state, 1), null));
    expect(hear()).toMatchObject({ asked: null, stale: false });
  });

  it("an answer that another tab has made once more is read, because nobody says where it belongs", () => {
    const { there, hear, set } = begun();
    there.begin({ message: "a" });
    there.text("A");
    there.end();
    there.begin({ parent: 1 });
    expect(hear().stale).toBe(false);
    there.text("another");
    expect(hear().stale).toBe(true);
    set((state) => load(state, there.page()));
    expect(hear()).toMatchObject({ stale: false, run: { parent: 1, text: "another" }, messages: [{ number: 1 }] });
  });
});

describe("events", () => {
  it("count once, whatever comes again", () => {
    const { there, told, hear, set } = begun();
    there.begin({ message: "a" });
    there.text("A");
    const again = [...told];
    const state = hear();
    for (const event of again) set((current) => apply(current, event, now));
    expect(hear()).toBe(state);
  });

  it("that come too early mean that something was missed", () => {
    const { there, told, hear } = begun();
    there.begin({ message: "a" });
    told.splice(1, 1);
    there.text("A");
    expect(hear()).toMatchObject({ stale: true, seq: 1 });
    there.text("B");
    expect(hear()).toMatchObject({ stale: true, seq: 1 });
  });

  it("may come too early while those before them are on their way", () => {
    const { there, told, hear, set } = begun();
    there.begin({ message: "a" });
    const missed = told.splice(0);
    set(listening);
    there.text("A");
    expect(hear()).toMatchObject({ stale: false, seq: 0 });
    told.push(...missed, ...(there.eventsAfter(2) ?? []));
    expect(hear()).toMatchObject({ seq: 3, run: { text: "A" } });
    set((state) => caughtUp(state, 3));
    expect(hear()).toMatchObject({ replaying: false, stale: false });
  });

  it("were missed when there are more than came", () => {
    const { set, hear } = begun();
    set(listening);
    set((state) => caughtUp(state, 1));
    expect(hear()).toMatchObject({ replaying: false, stale: true });
  });

  it.each([
    ["begins too late", 2],
    ["belongs to another run", 0],
  ])("a piece that %s is a miss", (what, offset) => {
    const { there, told, hear } = begun();
    there.begin({ message: "a" });
    hear();
    there.text("A");
    const [piece] = told as [EventFrame & { type: "text" }];
    told.splice(0, 1, { ...piece, offset, ...(what.includes("another") && { run_id: "other" }) });
    expect(hear().stale).toBe(true);
  });

  it("a piece that begins too early is taken from where it is new", () => {
    const { there, told, hear } = begun();
    there.begin({ message: "a" });
    there.text("für");
    hear();
    there.text("x");
    const [piece] = told as [EventFrame & { type: "text" }];
    told.splice(0, 1, { ...piece, offset: 1, text: "ür 5 €" });
    expect(hear().run).toMatchObject({ text: "für 5 €", bytes: utf8Length("für 5 €") });
  });
});

describe("pages", () => {
  function long(): FakeConversation {
    const there = new FakeConversation("c", () => {});
    for (let number = 1; number <= 9; number += 1) there.add(number % 2 ? "user" : "assistant", `${number}`);
    return there;
  }

  it("older messages come before the others", () => {
    const there = long();
    let state = load(null, there.page(3));
    expect([contents(state), state.hasMore]).toEqual([["7", "8", "9"], true]);
    state = prepend(state, there.page(3, 7));
    expect([contents(state), state.hasMore]).toEqual([["4", "5", "6", "7", "8", "9"], true]);
    state = prepend(state, there.page(3, 4));
    expect([contents(state).length, state.hasMore]).toEqual([9, false]);
  });

  it("older messages of a branch that was left are not taken", () => {
    const there = long();
    const state = load(null, there.page(3));
    expect(prepend(state, there.page(3, 5))).toBe(state);
  });

  it("what was loaded before stays when the page is read again, as long as it is the same branch", () => {
    const there = long();
    const state = prepend(load(null, there.page(3)), there.page(3, 7));
    expect(contents(load(state, there.page(3)))).toEqual(["4", "5", "6", "7", "8", "9"]);
    there.add("user", "other", 2);
    expect(contents(load(state, there.page(2)))).toEqual(["2", "other"]);
  });

  it("one that was read before the last event does not undo it, unless something was missed", () => {
    const told: EventFrame[] = [];
    const there = new FakeConversation("c", (event) => told.push(event));
    const early = there.page();
    there.begin({ message: "a" });
    let state = load(null, early);
    for (const event of told) state = apply(state, event, now);
    expect(load(state, early)).toBe(state);
    expect(load(outdated(state), early).seq).toBe(0);
  });
});

/** The same numbers at every run (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let a = seed;
  return (sides) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const pieces = ["a", "ß", "🙂", "\n\n", "| x |", "``", "`", "Zinsen ", "\u0301", "…"];

/**
 * One conversation, and a page that follows it by a connection that is cut at any time, says things twice, and reads pages that are
 * old when they arrive. In the end both must say the same.
 */
function follow(seed: number): { here: ConversationState; page: ConversationWithMessages } {
  const roll = dice(seed);
  const told: EventFrame[] = [];
  const there = new FakeConversation("c", (event) => told.push(event));
  let here = load(null, there.page());
  /** What is on its way to the page, in order. */
  let wire: EventFrame[] = [];
  let connected = true;
  /** Of runs that were asked for from here, and of which the page was not told yet. */
  const replies: string[] = [];

  const listen = () => {
    here = listening(here);
    wire = [];
    const missed = there.eventsAfter(here.seq);
    if (missed === null) here = outdated(here);
    else {
      for (const event of missed) here = apply(here, event, now);
      here = caughtUp(here, there.seq);
    }
    connected = true;
  };
  const read = () => {
    here = load(here, there.page(1 + roll(60)));
    // Everything behind the page is asked for again; what is on its way comes as well.
    const late = [...wire];
    listen();
    if (roll(2)) wire.push(...late);
  };

  for (let turn = 0; turn < 200; turn += 1) {
    if (!there.run) {
      const answerable = there.messages.filter(({ role }) => role === "user");
      const chosen = answerable[roll(Math.max(answerable.length, 1))];
      if (chosen && roll(3) === 0) {
        // From this page, or from another tab.
        const fromHere = roll(2) === 1;
        if (fromHere) here = asking(here, chosen.number);
        replies.push(there.begin({ parent: chosen.number }).run_id);
        if (!fromHere) replies.pop();
      } else if (chosen && roll(3) === 0) there.begin({ message: `edited ${turn}`, parent: chosen.parent ?? 0 });
      else there.begin({ message: `asked ${turn}` });
    } else {
      const what = roll(12);
      if (what < 7) there.text(pieces[roll(pieces.length)] ?? "");
      else if (what === 7) there.reasoning("hm ");
      else if (what === 8) there.waiting(roll(30));
      else if (what === 9) there.error("unavailable", "Gone.");
      else there.end((["complete", "cancelled", "failed", "length"] as const)[roll(4)]);
    }
    if (connected) wire.push(...told.splice(0));
    else told.length = 0;
    // Some of it arrives, some of it twice.
    for (let count = roll(4); count > 0 && wire.length > 0; count -= 1) {
      const event = wire.shift() as EventFrame;
      here = apply(here, event, now);
      if (roll(6) === 0) here = apply(here, event, now);
    }
    if (replies[0] && roll(3) === 0) here = answered(here, replies.shift() ?? null);
    if (roll(15) === 0) connected = false;
    if (!connected && roll(3) === 0) listen();
    if (roll(25) === 0) wire.splice(roll(wire.length + 1), 1);
    if (here.stale && roll(2)) read();
  }
  if (there.run) there.end("complete");
  for (const reply of replies) here = answered(here, reply);
  listen();
  if (here.stale) read();
  return { here, page: there.page(1000) };
}

/** What was loaded long before keeps the siblings that it had then. */
const withoutSiblings = ({ siblings: _siblings, ...message }: Message) => message;

describe("whatever is cut, doubled or missed on the way", () => {
  it.each(Array.from({ length: 10 }, (_, block) => block))(
    "the page says what the program says (block %i)",
    { timeout: 120_000 },
    (block) => {
      for (let seed = block * 50; seed < block * 50 + 50; seed += 1) {
        const { here, page } = follow(seed);
        expect(here.stale, `seed ${seed}`).toBe(false);
        expect(here.run, `seed ${seed}`).toBeNull();
        expect(here.seq, `seed ${seed}`).toBe(page.seq);
        expect(here.hasMore || here.messages.length === page.messages.length, `seed ${seed}`).toBe(true);
        const shown = here.messages.length > 0 ? page.messages.slice(-here.messages.length) : [];
        expect(here.messages.map(withoutSiblings), `seed ${seed}`).toEqual(shown.map(withoutSiblings));
      }
    },
  );
});

describe("a run whose model asks for tools", () => {
  const run = { run_id: "r" };
  const of = (seq: number, event: object) => ({ conversation_id: "c", seq, ...run, ...event }) as EventFrame;
  const message = (number: number, more: Partial<Message>): Message => ({
    number,
    role: "assistant",
    content: "",
    timestamp: "2026-11-26T09:30:00Z",
    ...(number > 1 && { parent: number - 1 }),
    ...more,
  });
  const call = { id: "k", name: "get_candles", arguments: "{}" };
  const page = {
    conversation_id: "c",
    title: "",
    pinned: false,
    messages_count: 0,
    created_at: "",
    updated_at: "",
    status: "idle" as const,
    messages: [],
    has_more: false,
    seq: 0,
  };
  const events = [
    of(1, { type: "status", status: "processing" }),
    of(2, { type: "message", message: message(1, { role: "user", content: "RSI?" }) }),
    of(3, { type: "text", offset: 0, text: "Looking." }),
    of(4, { type: "message", message: message(2, { content: "Looking.", tool_calls: [call] }) }),
    of(5, { type: "tool_call", number: 2, call }),
    of(6, {
      type: "tool_result",
      timestamp: "2026-11-26T09:30:01Z",
      number: 3,
      parent: 2,
      call_id: "k",
      name: "get_candles",
      is_good: true,
      content: "{}",
      chart_id: "x",
    }),
    of(7, { type: "text", offset: 0, text: "It is 61." }),
    of(8, { type: "result", message: message(4, { content: "It is 61.", finish: "complete" }) }),
    of(9, { type: "status", status: "idle" }),
  ];
  const after = (count: number) =>
    events.slice(0, count).reduce((state, event) => apply(state, event, 0), load(null, page));

  it("shows what is being done, and that the answer begins anew behind it", () => {
    expect(after(5).run).toMatchObject({ text: "", bytes: 0, parent: 2, calls: [call] });
    expect(after(6).run).toMatchObject({ calls: [], parent: 3 });
    expect(after(7).run?.text).toBe("It is 61.");
  });

  it("ends with all of it among the messages", () => {
    const end = after(9);
    expect([end.stale, end.run]).toEqual([false, null]);
    expect(end.messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(end.messages[2]).toMatchObject({ tool_call_id: "k", is_good: true, chart_id: "x" });
  });
});
