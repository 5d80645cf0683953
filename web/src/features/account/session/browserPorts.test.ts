// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";
import { browserChannel, browserLock } from "./browserPorts";
import { readMessage } from "./messages";
import { sessionOf } from "./testing";

/** As much of the Web Locks specification as is used: one holder, a queue, `ifAvailable`. */
class Locks {
  private tail: Promise<unknown> = Promise.resolve();
  private held = 0;
  request(_name: string, ...rest: unknown[]): Promise<unknown> {
    const work = rest.at(-1) as (lock: object | null) => unknown;
    const ifAvailable = rest.length === 2 && (rest[0] as LockOptions).ifAvailable;
    if (ifAvailable && this.held > 0) return Promise.resolve(work(null));
    this.held += 1;
    const turn = this.tail.then(() => work({}));
    this.tail = turn.then(
      () => (this.held -= 1),
      () => (this.held -= 1),
    );
    return turn;
  }
}

describe("the lock", () => {
  it("runs one after the other, and tells the second that it waited", async () => {
    const locks = new Locks() as unknown as LockManager;
    const lock = browserLock("name", locks);
    const order: string[] = [];
    let release = () => {};
    const first = lock(async (waited) => {
      order.push(`first ${waited}`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push("first done");
    });
    const second = lock(async (waited) => {
      order.push(`second ${waited}`);
    });
    await vi.waitFor(() => expect(order).toEqual(["first false"]));
    release();
    await Promise.all([first, second]);
    expect(order).toEqual(["first false", "first done", "second true"]);
  });

  it("is free again after work that failed", async () => {
    const lock = browserLock("name", new Locks() as unknown as LockManager);
    await expect(lock(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await lock(async (waited) => expect(waited).toBe(false));
  });

  it("does without where the browser has none", async () => {
    const work = vi.fn(async () => {});
    await browserLock("name", undefined)(work);
    expect(work).toHaveBeenCalledWith(false);
  });
});

describe("the channel", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("does without where the browser has none", () => {
    vi.stubGlobal("BroadcastChannel", undefined);
    const channel = browserChannel();
    channel.listen(() => {});
    channel.post({ kind: "signed_out" });
  });
});

describe("a message", () => {
  const session = sessionOf("ann");
  it.each([
    [{ kind: "signed_in", session }],
    [{ kind: "renewed", session }],
    [{ kind: "ended", token: null }],
    [{ kind: "ended", token: "t" }],
    [{ kind: "signed_out" }],
  ])("%j is understood", (message) => {
    expect(readMessage(structuredClone(message))).toEqual(message);
  });

  it.each([
    [null],
    ["signed_out"],
    [[]],
    [{}],
    [{ kind: "signed_in" }],
    [{ kind: "signed_in", session: { ...session, token: 1 } }],
    [{ kind: "renewed", session: { ...session, user: null } }],
    [{ kind: "renewed", session: { ...session, expiresAt: "soon" } }],
    [{ kind: "ended" }],
    [{ kind: "something new", session }],
  ])("%j is not", (message) => {
    expect(readMessage(message)).toBeNull();
  });
});
