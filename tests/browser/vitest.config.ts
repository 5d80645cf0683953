import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: {
    include: ["**/*.test.ts"],
    // One browser at a time: two of them starve each other, and the server, on a small machine.
    fileParallelism: false,
    // And one process for all files, so that they can share it.
    isolate: false,
    maxConcurrency: 2,
    sequence: { shuffle: { files: true, tests: false } },
    // Ample, for a machine that is busy with other things.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
