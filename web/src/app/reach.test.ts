import { beforeEach, expect, it } from "vitest";
import { type Reach, ReachWatch } from "./reach";

let shown: Reach[];
let online: boolean;
let answers: boolean[];
let asked: number;
let timers: { at: number; act(): void }[];
let watch: ReachWatch;

beforeEach(() => {
  shown = [];
  online = true;
  answers = [];
  asked = 0;
  timers = [];
  watch = new ReachWatch({
    ask: async () => {
      asked += 1;
      return answers.shift() ?? false;
    },
    online: () => online,
    later: (at, act) => {
      const timer = { at, act };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    show: (reach) => shown.push(reach),
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
async function next(): Promise<number> {
  const timer = timers.shift();
  timer?.act();
  await settle();
  return timer?.at ?? -1;
}

it("one call without an answer is no alarm, when the program answers the question", async () => {
  answers = [true];
  watch.doubt();
  await settle();
  expect(asked).toBe(1);
  expect(shown).toEqual([]);
  expect(timers).toEqual([]);
});

it("nor is one question without an answer, when the next has one", async () => {
  answers = [false, true];
  watch.doubt();
  await settle();
  expect(await next()).toBe(1500);
  expect(shown).toEqual([]);
  expect(timers).toEqual([]);
});

it("two are; it is asked less and less often, until somebody answers", async () => {
  answers = [false, false, false, false, false, false, true];
  watch.doubt();
  await settle();
  const pauses = [];
  while (timers.length > 0) pauses.push(await next());
  expect(pauses).toEqual([1500, 3000, 6000, 12_000, 15_000, 15_000]);
  expect(shown).toEqual(["silent", "there"]);
});

it("further doubts ask nothing more while it is asked", async () => {
  watch.doubt();
  watch.doubt();
  await settle();
  watch.doubt();
  expect(asked).toBe(1);
});

it("whoever is heard is there", async () => {
  watch.doubt();
  await settle();
  await next();
  expect(shown).toEqual(["silent"]);
  watch.heard();
  expect(shown).toEqual(["silent", "there"]);
  expect(timers).toEqual([]);
});

it("without a network nothing is asked, and with it the server has to answer first", async () => {
  watch.wentOffline();
  expect(shown).toEqual(["offline"]);
  expect(asked).toBe(0);
  answers = [false, false, true];
  watch.wentOnline();
  await settle();
  expect(shown).toEqual(["offline"]);
  await next();
  expect(shown).toEqual(["offline", "silent"]);
  await next();
  expect(shown).toEqual(["offline", "silent", "there"]);
});

it("a doubt while the browser says that there is no network needs no question", async () => {
  online = false;
  watch.doubt();
  await settle();
  expect(asked).toBe(0);
  expect(shown).toEqual(["offline"]);
});

it("an answer to a question of before counts no more", async () => {
  watch.doubt();
  watch.wentOffline();
  answers = [true];
  await settle();
  expect(shown).toEqual(["offline"]);
});
