// Black-box tests: the real program, real sockets, a fresh data folder and a fresh database for every server.
import { defineConfig } from 'vitest/config';

const common = {
  root: import.meta.dirname,
  globalSetup: ['./support/globalSetup.ts'],
  // Ample, because every password hash costs real time, and hashes stand back behind whatever else the machine is busy with. A
  // test that hangs is ended all the same.
  testTimeout: 240_000,
  hookTimeout: 240_000,
  // A test that means a second says so.
  expect: { poll: { timeout: 60_000 } },
  sequence: { shuffle: true },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    // Tests that wait for the server's timeouts wait together.
    maxConcurrency: 16,
    projects: [
      {
        test: {
          ...common,
          name: 'blackbox',
          include: ['**/*.test.ts'],
          exclude: ['**/*.alone.test.ts'],
          sequence: { ...common.sequence, groupOrder: 0 },
        },
      },
      {
        // These measure time or exhaust something: nothing else may run beside them.
        test: {
          ...common,
          name: 'alone',
          include: ['**/*.alone.test.ts'],
          fileParallelism: false,
          sequence: { ...common.sequence, groupOrder: 1 },
        },
      },
    ],
  },
});
