/** The numbers that the page of the charts takes for an indicator are those that the program takes (issue 6). */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fieldErrors } from "./support/client";
import { Desk, chartsPath } from "./support/charts";
import { wantedDatabases } from "./support/environment";
import { newMember, type Person } from "./support/people";

interface Parameter {
  name: string;
  least: number;
  most: number;
  usual: number;
  isWhole: boolean;
}
/** What is used here of web/src/features/charts/indicators.ts. */
interface Page {
  indicators: Record<string, { parameters: readonly Parameter[] }>;
  mostIndicators: number;
  parameterErrors(kind: string, typed: Record<string, string>): Record<string, string>;
}
// By its path: the pages have a compiler of their own.
const source = new URL("../../web/src/features/charts/indicators.ts", import.meta.url).pathname;
const page = (await import(/* @vite-ignore */ source)) as Page;

/** On each bound, just beyond it, and between two whole numbers. */
function probes({ least, most, isWhole }: Parameter): number[] {
  const step = isWhole ? 1 : 0.001;
  return [least, most, least - step, most + step, least + 0.5].map((each) => Number(each.toFixed(6)));
}

const usualOf = (kind: string): Record<string, number> =>
  Object.fromEntries(page.indicators[kind]!.parameters.map(({ name, usual }) => [name, usual]));
const asTyped = (params: Record<string, number>): Record<string, string> =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));

describe.each(wantedDatabases)("on %s", (database) => {
  let desk: Desk;
  let ann: Person;
  let path: string;
  beforeAll(async () => {
    desk = await Desk.open(database, { REQUESTS_PER_MINUTE_USER: "0", REQUESTS_PER_MINUTE_ADDRESS: "0" });
    ann = await newMember(desk.program);
    path = `${chartsPath}/${(await desk.chart(ann, { symbol: "BTCUSDT" })).id}`;
  });
  afterAll(async () => {
    await desk?.close();
  });
  const set = async (indicators: object[]) => await desk.program.send("PATCH", path, { token: ann.token, json: { indicators } });

  describe.each(Object.keys(page.indicators))("%s", (kind) => {
    test("has the same usual numbers", async () => {
      const reply = await set([{ kind }]);
      expect(reply.status, reply.text).toBe(200);
      expect((reply.json as { indicators: object[] }).indicators).toEqual([{ kind, params: usualOf(kind) }]);
    });

    test("takes the same numbers, and no others", async () => {
      for (const parameter of page.indicators[kind]!.parameters) {
        for (const value of probes(parameter)) {
          const params = { ...usualOf(kind), [parameter.name]: value };
          const wrong = page.parameterErrors(kind, asTyped(params));
          const reply = await set([{ kind, params }]);
          expect(reply.status, `${kind} ${JSON.stringify(params)}: ${reply.text}`).toBe(Object.keys(wrong).length === 0 ? 200 : 422);
          // What is wrong by itself is told at its field.
          if (wrong[parameter.name] !== undefined && wrong[parameter.name] !== "order") {
            expect(fieldErrors(reply).join()).toContain(`/indicators/0/params/${parameter.name}`);
          }
        }
      }
    });
  });

  test("as many at a time, and no more", async () => {
    const many = Array.from({ length: page.mostIndicators + 1 }, (_, at) => ({ kind: "sma", params: { period: at + 2 } }));
    expect((await set(many)).status).toBe(422);
    expect((await set(many.slice(1))).status).toBe(200);
  });
});
