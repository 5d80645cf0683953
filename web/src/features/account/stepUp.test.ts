import { expect, it } from "vitest";
import { discardEverything } from "./session/discard";
import { askForProof, settleProof, useStepUp } from "./stepUp";

const asked = () => useStepUp.getState().asked;

it("asks once, however many calls want a proof, and tells all of them", async () => {
  const answers = Promise.all([askForProof(), askForProof(), askForProof()]);
  expect(asked()).toBe(true);
  settleProof(true);
  expect(asked()).toBe(false);
  expect(await answers).toEqual([true, true, true]);
});

it("asks anew for the next call", async () => {
  const first = askForProof();
  settleProof(false);
  const second = askForProof();
  expect(asked()).toBe(true);
  settleProof(true);
  expect([await first, await second]).toEqual([false, true]);
});

it("is over when another user is here", async () => {
  const answer = askForProof();
  discardEverything();
  expect(asked()).toBe(false);
  expect(await answer).toBe(false);
});

it("does not mind an answer that nobody waits for", () => {
  settleProof(true);
  expect(asked()).toBe(false);
});
