/** c.38: how long it takes that something is not found tells nothing about whether somebody else has it. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newMember, type Person } from "./support/people";
import { Program } from "./support/program";
import { bodyRoutes, goodBody, programRoutes } from "./support/routes";
import { ownIdsUnder } from "./support/things";
import { median, quantile, spreadOf } from "./support/timing";

let program: Program;
let bob: Person;
beforeAll(async () => {
  program = await Program.start();
  bob = await newMember(program);
});
afterAll(async () => {
  await program.stop();
});

const samples = 150;
const allowed = 0.1;
const attempts = 4;

test("c.38 a.28 a foreign id and an unknown one take the same time: medians within 10 %", { timeout: 300_000 }, async () => {
  const ann = await newMember(program);
  const routes = (await programRoutes(program)).filter((route) => route.path.includes("{") && route.access === "signed_in");
  expect(routes.length).toBeGreaterThan(0);
  for (const { method, path } of routes) {
    const foreign = await ownIdsUnder(path)?.make(program, ann);
    if (foreign === undefined) throw new Error(`${path} has no row in support/things.ts`);
    const wanted = bodyRoutes.find((route) => route.method === method && route.path === path);
    const json = wanted === undefined ? undefined : goodBody(wanted);
    const timeOf = async (id: string): Promise<number> => {
      const target = path.replaceAll(/\{[^}]*\}/g, id);
      const started = performance.now();
      const reply = await program.send(method, target, { token: bob.token, json });
      expect(reply.status, `${method} ${target}: ${reply.text}`).toBe(404);
      return performance.now() - started;
    };
    // A noisy machine may spoil a round; a real difference shows in every one.
    let spread = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && spread > allowed; attempt += 1) {
      const [ofForeign, ofUnknown]: [number[], number[]] = [[], []];
      for (let i = 0; i < samples; i += 1) {
        if (i % 2 === 0) ofForeign.push(await timeOf(foreign));
        ofUnknown.push(await timeOf(randomUUID()));
        if (i % 2 === 1) ofForeign.push(await timeOf(foreign));
      }
      spread = Math.min(spreadOf([median(ofForeign), median(ofUnknown)]), spreadOf([quantile(ofForeign, 0.25), quantile(ofUnknown, 0.25)]));
      console.log(`${method} ${path}: foreign ${median(ofForeign).toFixed(2)} ms, unknown ${median(ofUnknown).toFixed(2)} ms: ${(spread * 100).toFixed(1)} %`);
    }
    expect(spread, `${method} ${path}`).toBeLessThanOrEqual(allowed);
  }
});
