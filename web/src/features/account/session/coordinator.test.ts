import { describe, expect, it } from "vitest";
import type { CallError, Failure } from "@/api/failure";
import type { Credential, RefreshOutcome, TabLock } from "./coordinator";
import { answerFor, FakeBrowser, sessionOf, settle, userOf } from "./testing";

const noAnswer: Failure = { kind: "network" };
const failed: RefreshOutcome = { kind: "failed", failure: noAnswer, retryAfterSeconds: null };
const ended: RefreshOutcome = { kind: "ended" };
const renewed = (name: string, count: number): RefreshOutcome => ({ kind: "renewed", answer: answerFor(name, count) });
const sentBy = (name: string, count = 1): Credential => ({ token: `${name}-${count}`, userId: userOf(name).id });
const annIn = () => ({ phase: "in" as const, session: sessionOf("ann") });
const out = { phase: "out", reason: null } as const;

/** What became of a promise so far. */
function watch<T>(promise: Promise<T>): { value?: T; failure?: Failure; done: boolean } {
  const seen: { value?: T; failure?: Failure; done: boolean } = { done: false };
  promise.then(
    (value) => Object.assign(seen, { value, done: true }),
    (error: CallError) => Object.assign(seen, { failure: error.failure, done: true }),
  );
  return seen;
}

describe("a reload", () => {
  it("finds the session by its cookie", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open();
    void tab.coordinator.start();
    await settle();
    expect(tab.state).toEqual({ phase: "starting", failure: null });
    await browser.answer(renewed("ann", 1));
    expect(tab.token).toBe("ann-1");
    expect(tab.discarded).toBe(0);
  });

  it("without a session leads to the login", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open();
    void tab.coordinator.start();
    await settle();
    await browser.answer(ended);
    expect(tab.state).toEqual(out);
  });

  it("without an answer says so, and can be tried again", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open();
    void tab.coordinator.start();
    await settle();
    await browser.answer(failed);
    expect(tab.state).toEqual({ phase: "starting", failure: noAnswer });
    void tab.coordinator.start();
    await settle();
    expect(tab.state).toEqual({ phase: "starting", failure: null });
    await browser.answer(renewed("ann", 1));
    expect(tab.token).toBe("ann-1");
  });

  it("of twenty tabs asks the server once", async () => {
    const browser = new FakeBrowser();
    const tabs = Array.from({ length: 20 }, () => browser.open());
    for (const tab of tabs) void tab.coordinator.start();
    await settle();
    await browser.answer(renewed("ann", 1));
    await browser.deliver();
    expect(tabs.map(({ token }) => token)).toEqual(tabs.map(() => "ann-1"));
    expect(browser.refreshes).toBe(1);
    expect(browser.asked).toEqual([]);
  });
});

describe("a refresh", () => {
  it("serves everybody in the tab who asks meanwhile", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn());
    const calls = [1, 2, 3].map(() => watch(tab.coordinator.replace(sentBy("ann"))));
    await settle();
    await browser.answer(renewed("ann", 2));
    expect(calls.map(({ value }) => value?.token)).toEqual(["ann-2", "ann-2", "ann-2"]);
    expect(browser.refreshes).toBe(1);
  });

  it("is not needed for a token that was replaced already", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open({ phase: "in", session: sessionOf("ann", 2) });
    expect(await tab.coordinator.replace(sentBy("ann", 1))).toEqual(sentBy("ann", 2));
    expect(browser.refreshes).toBe(0);
  });

  it("of one tab serves the others, also when the lock comes before the news", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.open(annIn()), browser.open(annIn())];
    const calls = [first, second].map((tab) => watch(tab.coordinator.replace(sentBy("ann"))));
    await settle();
    await browser.answer(renewed("ann", 2));
    // The second holds the lock now, and waits for what the first may have to say.
    expect(calls.map(({ done }) => done)).toEqual([true, false]);
    await browser.pass(100);
    await browser.deliver();
    expect(calls[1]?.value?.token).toBe("ann-2");
    expect(browser.refreshes).toBe(1);
  });

  it("is taken over when the tab before went away without a word", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn());
    const afterAnother: TabLock = (work) => work(true);
    const waiting = browser.open(annIn(), afterAnother);
    const call = watch(waiting.coordinator.replace(sentBy("ann")));
    await settle();
    expect(browser.refreshes).toBe(0);
    await browser.pass(1_000);
    expect(browser.refreshes).toBe(1);
    await browser.answer(renewed("ann", 2));
    await browser.deliver();
    expect(call.value?.token).toBe("ann-2");
    expect(tab.token).toBe("ann-2");
  });

  it("without lock or channel is each tab's own", async () => {
    const browser = new FakeBrowser();
    const alone: TabLock = (work) => work(false);
    const tabs = [browser.open(annIn(), alone), browser.open(annIn(), alone)];
    const calls = tabs.map((tab) => watch(tab.coordinator.replace(sentBy("ann"))));
    await settle();
    await browser.answer(renewed("ann", 2));
    await browser.answer(renewed("ann", 2));
    expect(calls.map(({ value }) => value?.token)).toEqual(["ann-2", "ann-2"]);
  });

  it("without a lock is still one per tab", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn(), (work) => work(false));
    const calls = [1, 2, 3].map(() => watch(tab.coordinator.replace(sentBy("ann"))));
    await settle();
    expect(browser.asked).toHaveLength(1);
    await browser.answer(renewed("ann", 2));
    expect(calls.map(({ value }) => value?.token)).toEqual(["ann-2", "ann-2", "ann-2"]);
  });

  it("answered after somebody else signed in does not bring the earlier person back", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn());
    void tab.coordinator.renewNow();
    await settle();
    tab.coordinator.signedIn(answerFor("bob", 1));
    await browser.answer(renewed("ann", 2));
    expect(tab.token).toBe("bob-1");
    expect(tab.discarded).toBe(1);
  });

  it("without an answer ends nothing: the request fails for that reason", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn());
    const call = watch(tab.coordinator.replace(sentBy("ann")));
    await settle();
    await browser.answer(failed);
    expect(call.failure).toEqual(noAnswer);
    expect(tab.token).toBe("ann-1");
  });

  it("answered after a logout does not bring the session back", async () => {
    const browser = new FakeBrowser();
    const [tab, other] = [browser.open(annIn()), browser.open(annIn())];
    const call = watch(tab.coordinator.replace(sentBy("ann")));
    await settle();
    other.coordinator.signedOut();
    await browser.deliver();
    await browser.answer(renewed("ann", 2));
    await browser.deliver();
    expect([tab.state, other.state].map(({ phase }) => phase)).toEqual(["out", "out"]);
    expect(call).toMatchObject({ done: true, value: null });
  });

  it("refused after somebody signed in elsewhere says nothing about the new session", async () => {
    const browser = new FakeBrowser();
    const [tab, other] = [browser.open(annIn()), browser.open(annIn())];
    void tab.coordinator.renewNow();
    await settle();
    other.coordinator.signedIn(answerFor("ann", 7));
    await browser.deliver();
    await browser.answer(ended);
    await browser.deliver();
    expect([tab.token, other.token]).toEqual(["ann-7", "ann-7"]);
  });
});

describe("ahead of the token's end", () => {
  it("a tab in view refreshes, again and again", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(out);
    tab.coordinator.signedIn(answerFor("ann", 1, 1000));
    await browser.pass(799_999);
    expect(browser.refreshes).toBe(0);
    await browser.pass(1);
    expect(browser.refreshes).toBe(1);
    await browser.answer(renewed("ann", 2));
    await browser.pass(800_000);
    expect(browser.refreshes).toBe(2);
  });

  it("a hidden one waits until somebody looks at it", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(out);
    tab.visible = false;
    tab.coordinator.signedIn(answerFor("ann", 1, 1000));
    await browser.pass(5_000_000);
    expect(browser.refreshes).toBe(0);
    tab.visible = true;
    tab.coordinator.becameVisible();
    await settle();
    expect(browser.refreshes).toBe(1);
  });

  it("looking at a tab whose token is young asks nothing", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(out);
    tab.coordinator.signedIn(answerFor("ann", 1, 1000));
    tab.coordinator.becameVisible();
    await settle();
    expect(browser.refreshes).toBe(0);
  });

  it("a refresh without answer is tried again after a pause, not at once", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(out);
    tab.coordinator.signedIn(answerFor("ann", 1, 1000));
    await browser.pass(800_000);
    await browser.answer(failed);
    await browser.pass(14_000);
    expect(browser.refreshes).toBe(1);
    await browser.pass(1_000);
    expect(browser.refreshes).toBe(2);
    await browser.answer({ ...failed, retryAfterSeconds: 60 });
    await browser.pass(59_000);
    expect(browser.refreshes).toBe(2);
    await browser.pass(1_000);
    expect(browser.refreshes).toBe(3);
  });

  it("a token that lives for years does not refresh in a loop", async () => {
    const browser = new FakeBrowser();
    const tab = browser.open(out);
    tab.coordinator.signedIn(answerFor("ann", 1, 10 * 365 * 86_400));
    await browser.pass(2 ** 31);
    expect(browser.refreshes).toBe(0);
    expect(tab.token).toBe("ann-1");
  });
});

describe("a session that ends while somebody works", () => {
  async function interruptedTab() {
    const browser = new FakeBrowser();
    const tab = browser.open(annIn());
    const call = watch(tab.coordinator.replace(sentBy("ann")));
    await settle();
    await browser.answer(ended);
    expect(tab.state).toEqual({ phase: "interrupted", user: userOf("ann") });
    expect(tab.discarded).toBe(0);
    expect(call.done).toBe(false);
    return { browser, tab, call };
  }

  it("keeps the request until the same person signed in again", async () => {
    const { tab, call } = await interruptedTab();
    const later = watch(tab.coordinator.credential());
    await settle();
    expect(later.done).toBe(false);
    tab.coordinator.signedIn(answerFor("ann", 5));
    await settle();
    expect(call.value).toEqual(sentBy("ann", 5));
    expect(later.value).toEqual(sentBy("ann", 5));
    expect(tab.discarded).toBe(0);
  });

  it("sends nothing of the earlier person under another name", async () => {
    const { tab, call } = await interruptedTab();
    const later = watch(tab.coordinator.credential());
    tab.coordinator.signedIn(answerFor("bob", 1));
    await settle();
    expect(call).toMatchObject({ done: true, value: null });
    expect(later.failure).toEqual({ kind: "cancelled" });
    expect(tab.discarded).toBe(1);
  });

  it("gives the request up when the person signs out instead", async () => {
    const { tab, call } = await interruptedTab();
    tab.coordinator.signedOut();
    await settle();
    expect(call).toMatchObject({ done: true, value: null });
    expect(tab.discarded).toBe(1);
  });

  it("asks in every tab at once, and goes on in every tab at once", async () => {
    const { browser, tab } = await interruptedTab();
    const other = browser.open(annIn());
    await browser.deliver();
    expect(other.state.phase).toBe("interrupted");
    other.coordinator.signedIn(answerFor("ann", 9));
    await browser.deliver();
    expect([tab.token, other.token]).toEqual(["ann-9", "ann-9"]);
  });
});

describe("the other tabs", () => {
  it("forget everything when one logs out", async () => {
    const browser = new FakeBrowser();
    const tabs = [annIn(), annIn(), { phase: "interrupted", user: userOf("ann") } as const].map((s) => browser.open(s));
    tabs[0]?.coordinator.signedOut();
    await browser.deliver();
    expect(tabs.map(({ state }) => state)).toEqual(tabs.map(() => ({ phase: "out", reason: "signed_out" })));
    expect(tabs.map(({ discarded }) => discarded)).toEqual([1, 1, 1]);
  });

  it("go on when one logs in", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.open(out), browser.open(out)];
    first.coordinator.signedIn(answerFor("ann", 1));
    await browser.deliver();
    expect(second.token).toBe("ann-1");
  });

  it("discard the earlier person's things when another logs in", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [browser.open(out), browser.open(annIn())];
    first.coordinator.signedIn(answerFor("bob", 1));
    await browser.deliver();
    expect(second.token).toBe("bob-1");
    expect(second.discarded).toBe(1);
  });
});

it("a logout that the server has not confirmed is told, but never over a new session", () => {
  const browser = new FakeBrowser();
  const tab = browser.open(annIn());
  tab.coordinator.signedOut();
  tab.coordinator.signedOutUnconfirmed();
  expect(tab.state).toEqual({ phase: "out", reason: "unconfirmed" });
  tab.coordinator.signedIn(answerFor("ann", 2));
  tab.coordinator.signedOutUnconfirmed();
  expect(tab.token).toBe("ann-2");
});
