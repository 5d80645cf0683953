import { describe, expect, it } from "vitest";
import type { Failure } from "@/api/failure";
import { answerFor, sessionOf } from "./testing";
import { doorOf, next, type SessionEvent, type SessionState, starting, toSession } from "./sessionState";

const noAnswer: Failure = { kind: "network" };
const ann = sessionOf("ann");
const annLater = sessionOf("ann", 2);
const bob = sessionOf("bob");

const states = {
  starting,
  "starting, no answer": { phase: "starting", failure: noAnswer },
  "ann in": { phase: "in", session: ann },
  "ann interrupted": { phase: "interrupted", user: ann.user },
  out: { phase: "out", reason: null },
  "signed out": { phase: "out", reason: "signed_out" },
} satisfies Record<string, SessionState>;

const events = {
  "ann signs in": { kind: "signed_in", session: annLater },
  "bob signs in": { kind: "signed_in", session: bob },
  "ann renewed": { kind: "renewed", session: annLater },
  "bob renewed": { kind: "renewed", session: bob },
  "ended without token": { kind: "ended", token: null },
  "ended with ann's token": { kind: "ended", token: ann.token },
  "ended with an older token": { kind: "ended", token: "older" },
  "signs out": { kind: "signed_out", reason: "signed_out" },
  "start fails": { kind: "start_failed", failure: noAnswer },
  "starts again": { kind: "start_again" },
  "end told": { kind: "end_told" },
} satisfies Record<string, SessionEvent>;

const annIn = { phase: "in", session: annLater };
const bobIn = { phase: "in", session: bob };
const interrupted = { phase: "interrupted", user: ann.user };
const signedOut = { phase: "out", reason: "signed_out" };
const same = "same";
const gone = "discard";

/** Every state with every event: what follows, and whether everything is discarded first. */
const table: Record<keyof typeof states, Record<keyof typeof events, [object | typeof same, typeof gone?]>> = {
  starting: {
    "ann signs in": [annIn],
    "bob signs in": [bobIn],
    "ann renewed": [annIn],
    "bob renewed": [bobIn],
    "ended without token": [{ phase: "out", reason: null }],
    "ended with ann's token": [same],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [{ phase: "starting", failure: noAnswer }],
    "starts again": [same],
    "end told": [same],
  },
  "starting, no answer": {
    "ann signs in": [annIn],
    "bob signs in": [bobIn],
    "ann renewed": [annIn],
    "bob renewed": [bobIn],
    "ended without token": [{ phase: "out", reason: null }],
    "ended with ann's token": [same],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [{ phase: "starting", failure: noAnswer }],
    "starts again": [starting],
    "end told": [same],
  },
  "ann in": {
    "ann signs in": [annIn],
    "bob signs in": [bobIn, gone],
    "ann renewed": [annIn],
    "bob renewed": [bobIn, gone],
    "ended without token": [same],
    "ended with ann's token": [interrupted],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [same],
    "starts again": [same],
    "end told": [same],
  },
  "ann interrupted": {
    "ann signs in": [annIn],
    "bob signs in": [bobIn, gone],
    "ann renewed": [annIn],
    "bob renewed": [bobIn, gone],
    "ended without token": [same],
    "ended with ann's token": [same],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [same],
    "starts again": [same],
    "end told": [same],
  },
  out: {
    "ann signs in": [annIn, gone],
    "bob signs in": [bobIn, gone],
    "ann renewed": [same],
    "bob renewed": [same],
    "ended without token": [same],
    "ended with ann's token": [same],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [same],
    "starts again": [same],
    "end told": [same],
  },
  "signed out": {
    "ann signs in": [annIn, gone],
    "bob signs in": [bobIn, gone],
    "ann renewed": [same],
    "bob renewed": [same],
    "ended without token": [same],
    "ended with ann's token": [same],
    "ended with an older token": [same],
    "signs out": [signedOut, gone],
    "start fails": [same],
    "starts again": [same],
    "end told": [{ phase: "out", reason: null }],
  },
};

const cases = Object.entries(states).flatMap(([stateName, state]) =>
  Object.entries(events).map(([eventName, event]) => ({ stateName, state, eventName, event })),
);

it.each(cases)("$stateName, $eventName", ({ stateName, state, eventName, event }) => {
  const [expected, discard] = table[stateName as keyof typeof states][eventName as keyof typeof events];
  const step = next(state, event);
  if (expected === same) expect(step.state).toBe(state);
  else expect(step.state).toEqual(expected);
  expect(step.discard).toBe(discard === gone);
});

describe("the door", () => {
  it.each<[keyof typeof states, string]>([
    ["starting", "wait"],
    ["starting, no answer", "cannot_start"],
    ["ann in", "page"],
    ["ann interrupted", "page_and_overlay"],
    ["out", "login"],
    ["signed out", "login"],
  ])("%s: %s", (state, door) => {
    expect(doorOf(states[state])).toBe(door);
  });
});

it("a token is renewed after four fifths of its life", () => {
  const session = toSession(answerFor("ann", 1, 3600), 1_000);
  expect(session).toMatchObject({ token: "ann-1", expiresAt: 3_601_000, renewAt: 2_881_000 });
});

it("a logout that the server has not confirmed is told until it has", () => {
  const unconfirmed: SessionState = { phase: "out", reason: "unconfirmed" };
  expect(next(unconfirmed, { kind: "end_told" })).toEqual({ state: unconfirmed, discard: false });
});
