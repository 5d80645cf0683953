import { beforeEach, describe, expect, it } from "vitest";
import { CallError } from "@/api/failure";
import type { Frame } from "./frames";
import { type Connection, StreamSocket } from "./socket";
import { FakeClock, FakeWire } from "./testing/wire";

let clock: FakeClock;
let wires: FakeWire[];
let frames: Frame[];
let connections: Connection[];
let ended: number;
let online: boolean;
let random: number;
let ticket: () => Promise<string>;
let socket: StreamSocket;

const wire = (): FakeWire => {
  const last = wires.at(-1);
  if (!last) throw new Error("Nothing was opened.");
  return last;
};
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  clock = new FakeClock();
  wires = [];
  frames = [];
  connections = [];
  ended = 0;
  online = true;
  random = 1;
  let tickets = 0;
  ticket = async () => `ticket-${++tickets}`;
  socket = new StreamSocket({
    ticket: () => ticket(),
    open: (given) => {
      const opened = new FakeWire(given);
      wires.push(opened);
      return opened;
    },
    sessionEnded: () => {
      ended += 1;
    },
    frame: (frame) => frames.push(frame),
    connection: (connection) => connections.push(connection),
    later: clock.later,
    now: () => clock.now,
    random: () => random,
    online: () => online,
  });
});

async function connected(): Promise<FakeWire> {
  socket.start();
  await settle();
  wire().welcome();
  return wire();
}

describe("one socket", () => {
  it("is opened with a ticket, once, however often it is started", async () => {
    await connected();
    socket.start();
    await settle();
    expect(wires.map((opened) => opened.ticket)).toEqual(["ticket-1"]);
    expect(connections).toEqual(["connecting", "connected"]);
  });

  it("listens to every conversation, behind the last event that was seen of it", async () => {
    let seen = 4;
    socket.follow("a", () => seen);
    const first = await connected();
    socket.follow("b", () => 0);
    expect(first.said).toEqual([
      { type: "subscribe", conversation_id: "a", after: 4 },
      { type: "subscribe", conversation_id: "b", after: 0 },
    ]);
    socket.unfollow("b");
    expect(first.said.at(-1)).toEqual({ type: "unsubscribe", conversation_id: "b" });
    seen = 9;
    first.end(1006);
    await clock.pass(1000);
    wire().welcome();
    expect(wire().said).toEqual([{ type: "subscribe", conversation_id: "a", after: 9 }]);
  });

  it("gives every frame on, and nothing that is none", async () => {
    const open = await connected();
    open.tell({ type: "ping" });
    open.tell({ type: "never heard of" });
    open.onmessage?.({ data: "no JSON" });
    expect(frames).toEqual([{ type: "connected" }, { type: "ping" }]);
  });

  it("is closed for good when nobody wants it any more", async () => {
    const open = await connected();
    socket.stop();
    expect(open.closed).toBe(true);
    open.tell({ type: "ping" });
    await clock.pass(3_600_000);
    expect([wires.length, frames.length, connections.at(-1)]).toEqual([1, 1, "off"]);
  });

  it("that is stopped while its ticket is fetched is not opened", async () => {
    socket.start();
    socket.stop();
    await settle();
    expect(wires).toEqual([]);
  });
});

describe("an end", () => {
  it.each([1000, 1001, 1006, 1013])(
    "by %i is followed by a new connection within a quarter of a second",
    async (code) => {
      const open = await connected();
      await clock.pass(20_000);
      open.end(code);
      expect(connections.at(-1)).toBe("again");
      await clock.pass(250);
      wire().welcome();
      expect([wires.length, connections.at(-1), ended]).toEqual([2, "connected", 0]);
    },
  );

  it("by 4401 asks for the session, and the ticket waits for it", async () => {
    const open = await connected();
    let give: (ticket: string) => void = () => {};
    ticket = () =>
      new Promise((resolve) => {
        give = resolve;
      });
    open.end(4401);
    expect(ended).toBe(1);
    await clock.pass(600_000);
    expect(wires).toHaveLength(1);
    give("after signing in again");
    await settle();
    expect(wire().ticket).toBe("after signing in again");
  });

  it("again and again is tried less and less often, never all at the same moment, and never more than half a minute apart", async () => {
    socket.start();
    await settle();
    const pauses: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      random = round % 2;
      wire().end(1006);
      pauses.push(clock.waiting[0] ?? 0);
      await clock.pass(pauses.at(-1) ?? 0);
    }
    expect(pauses.slice(0, 6)).toEqual([125, 500, 500, 2000, 2000, 8000]);
    expect(Math.max(...pauses)).toBe(30_000);
    expect(Math.min(...pauses.slice(8))).toBe(15_000);
  });

  it("soon after the beginning is no good connection; one that lasted begins from the front", async () => {
    await connected();
    for (let round = 0; round < 3; round += 1) {
      wire().end(1013);
      await clock.pass(30_000);
      wire().welcome();
    }
    wire().end(1013);
    expect(clock.waiting[0]).toBeGreaterThan(1000);
    await clock.pass(30_000);
    wire().welcome();
    for (let beat = 0; beat < 3; beat += 1) {
      await clock.pass(30_000);
      wire().tell({ type: "ping" });
    }
    wire().end(1001);
    expect(clock.waiting[0]).toBeLessThanOrEqual(250);
  });

  it("is noticed when nothing comes for too long, and what comes late counts no more", async () => {
    const open = await connected();
    await clock.pass(74_999);
    expect(wires).toHaveLength(1);
    await clock.pass(1000);
    expect(wires).toHaveLength(2);
    expect(open.closed).toBe(true);
    open.tell({ type: "pong" });
    open.end(1000);
    expect(frames).toEqual([{ type: "connected" }]);
  });

  it("is noticed when the program never says that it is there", async () => {
    socket.start();
    await settle();
    await clock.pass(15_250);
    expect(wires).toHaveLength(2);
  });
});

describe("a conversation that the program does not listen to at once", () => {
  const refuse = (more: object) => ({ type: "error", message: "", details: "", recoverable: true, ...more });
  let seen: number;

  beforeEach(() => {
    seen = 4;
    socket.follow("a", () => seen);
  });

  it.each([
    ["when the program wants to be asked", { code: "too-many-requests", retry_after: 7 }, 7_000],
    ["after a while, where it does not say", { code: "unavailable", conversation_id: "a" }, 5_000],
  ])("is asked for again, %s", async (_, more, pause) => {
    const open = await connected();
    open.said.length = 0;
    open.tell(refuse(more));
    seen = 6;
    await clock.pass(pause - 1);
    expect(open.said).toEqual([]);
    await clock.pass(1);
    expect(open.said).toEqual([{ type: "subscribe", conversation_id: "a", after: 6 }]);
    open.tell({ type: "subscribed", conversation_id: "a", seq: 6, status: "idle" });
    open.tell(refuse({ code: "malformed" }));
    await clock.pass(60_000);
    expect(open.said).toHaveLength(1);
  });

  it.each([
    ["is gone", (open: FakeWire) => open.tell(refuse({ code: "not-found", conversation_id: "a" }))],
    ["is left meanwhile", () => socket.unfollow("a")],
  ])("is not asked for again when it %s", async (_, happens) => {
    const open = await connected();
    open.tell(refuse({ code: "too-many-requests", retry_after: 1 }));
    happens(open);
    open.said.length = 0;
    await clock.pass(60_000);
    expect(open.said).toEqual([]);
  });

  it("is asked for once by the next connection", async () => {
    const open = await connected();
    open.tell(refuse({ code: "unavailable", conversation_id: "a" }));
    open.end(1006);
    await clock.pass(1_000);
    wire().welcome();
    wire().tell({ type: "subscribed", conversation_id: "a", seq: 4, status: "idle" });
    await clock.pass(60_000);
    expect(wire().said).toEqual([{ type: "subscribe", conversation_id: "a", after: 4 }]);
  });
});

describe("without a ticket", () => {
  const refuse = (retryAfterSeconds: number | null) => async () => {
    throw new CallError({ kind: "problem", problem: { type: "x", title: "x", status: 503 }, retryAfterSeconds });
  };

  it("it is asked for again, not before the program wants to be asked", async () => {
    ticket = refuse(40);
    socket.start();
    await settle();
    expect([clock.waiting[0], connections.at(-1)]).toEqual([40_000, "again"]);
    ticket = async () => "at last";
    await clock.pass(40_000);
    expect(wire().ticket).toBe("at last");
  });

  it("the page says when there is no network, and tries at once when it is back", async () => {
    const open = await connected();
    online = false;
    ticket = async () => {
      throw new CallError({ kind: "network" });
    };
    open.end(1006);
    expect(connections.at(-1)).toBe("offline");
    await clock.pass(60_000);
    socket.lostNetwork();
    expect(connections.at(-1)).toBe("offline");
    online = true;
    ticket = async () => "back";
    socket.nudge();
    await settle();
    expect(wire().ticket).toBe("back");
  });

  it("a nudge changes nothing while it is open and was heard of lately", async () => {
    const open = await connected();
    socket.nudge();
    await settle();
    expect([wires.length, open.said]).toEqual([1, []]);
  });

  it("a nudge asks a connection that was quiet whether it is still there", async () => {
    const open = await connected();
    await clock.pass(20_000);
    socket.nudge();
    expect(open.said).toEqual([{ type: "ping" }]);
    await clock.pass(4_999);
    open.tell({ type: "pong" });
    await clock.pass(60_000);
    expect(wires).toHaveLength(1);
  });

  it("a connection that does not answer a nudge is another one soon, behind what was seen", async () => {
    socket.follow("a", () => 4);
    await connected();
    await clock.pass(20_000);
    socket.nudge();
    await clock.pass(5_250);
    expect(wires).toHaveLength(2);
    wire().welcome();
    expect(wire().said).toEqual([{ type: "subscribe", conversation_id: "a", after: 4 }]);
  });
});
