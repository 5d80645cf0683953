// script/torture: the cases one after the other, each with as much time as it needs.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["torture.test.ts"],
    globalSetup: ["../blackbox/support/globalSetup.ts"],
    testTimeout: 0,
    hookTimeout: 240_000,
    fileParallelism: false,
    expect: { poll: { timeout: 60_000 } },
  },
});
