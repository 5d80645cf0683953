/** Some seconds of script/torture, so that it works when it is wanted: a kill under mixed load, a lock or a database that is killed, a soak. */
import { describe, expect, test } from "vitest";
import { cases, isFor, type CaseName } from "../torture/cases";
import { wantedDatabases } from "./support/environment";

describe.each(wantedDatabases)("a short torture on %s", (database) => {
  test.each((["kill", "full-disk", "soak"] as CaseName[]).filter((name) => isFor(name, database)))("%s", async (name) => {
    const seed = Math.floor(Math.random() * 1e9);
    const words = await cases[name].run({ database, cycles: 2, minutes: 0, seed, isShort: true, tell: () => undefined });
    console.log(`seed ${seed}: ${words}`);
    expect(words).not.toBe("");
  });
});
