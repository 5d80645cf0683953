/** What script/torture runs: each case on each database, and a table of the verdicts. */
import { afterAll, describe, expect, test } from "vitest";
import { wantedDatabases } from "../blackbox/support/environment";
import { cases, isFor, type CaseName } from "./cases";

const given = (name: string): string | undefined => process.env[`KONTOR_TORTURE_${name}`];
const wanted = (given("CASES") ?? "").split(" ").filter((name) => name !== "") as CaseName[];
const seed = Number(given("SEED") ?? Math.floor(Math.random() * 1e9));
const bounds = { cycles: Number(given("CYCLES") ?? 200), minutes: Number(given("MINUTES") ?? 20), seed, isShort: given("SHORT") === "1" };

interface Row {
  name: string;
  database: string;
  verdict: "good" | "FAILED";
  seconds: number;
  words: string;
}
const rows: Row[] = [];

describe.each(wantedDatabases)("%s", (database) => {
  test.each((Object.keys(cases) as CaseName[]).filter((name) => (wanted.length === 0 || wanted.includes(name)) && isFor(name, database)))("%s", async (name) => {
    const began = performance.now();
    const say = (what: string): void => void process.stdout.write(`${name} on ${database}: ${what}\n`);
    const row = (verdict: Row["verdict"], words: string): void => {
      rows.push({ name, database, verdict, seconds: (performance.now() - began) / 1000, words });
      say(`${verdict}: ${words}`);
    };
    try {
      row("good", await cases[name].run({ ...bounds, database, tell: say }));
    } catch (why) {
      row("FAILED", `seed ${seed}: ${(why as Error).stack ?? String(why)}`);
    }
    expect(rows.at(-1)?.verdict).toBe("good");
  });
});

afterAll(() => {
  const line = (cells: string[]): string => `${cells[0]?.padEnd(14)} ${cells[1]?.padEnd(11)} ${cells[2]?.padEnd(7)} ${cells[3]?.padStart(7)}  ${cells[4]}\n`;
  const table = rows.map((row) => line([row.name, row.database, row.verdict, `${row.seconds.toFixed(0)} s`, row.words.split("\n")[0] as string]));
  process.stdout.write(`\nseed ${seed}\n${line(["case", "database", "verdict", "time", "what"])}${table.join("")}`);
});
