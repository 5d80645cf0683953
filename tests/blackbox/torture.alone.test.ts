/** Some seconds of script/torture, so that it works when it is wanted: two kills under mixed load, and the beginning of a soak. */
import { describe, expect, test } from "vitest";
import { cases } from "../torture/cases";
import { wantedDatabases } from "./support/environment";

describe.each(wantedDatabases)("a short torture on %s", (database) => {
  test.each(["kill", "soak"] as const)("%s", async (name) => {
    const seed = Math.floor(Math.random() * 1e9);
    const words = await cases[name].run({ database, cycles: 2, minutes: 0, seed, isShort: true, tell: () => undefined });
    console.log(`seed ${seed}: ${words}`);
    expect(words).not.toBe("");
  });
});
