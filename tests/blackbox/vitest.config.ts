// Black-box tests: the real program, real sockets, a fresh data folder and a fresh database for every server.
import { defineConfig } from 'vitest/config';

const common = {
  root: import.meta.dirname,
  globalSetup: ['./support/globalSetup.ts'],
  testTimeout: 30_000,
  hookTimeout: 30_000,
  sequence: { shuffle: true },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
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
