// Black-box tests: the real program, real sockets, a fresh data folder and a fresh database for every server.
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These take longest, or wait for a minute, and begin first: otherwise one of them goes on alone at the end. */
const longest = [
  'leaving', 'runs', 'vaultKeys', 'slow', 'durability', 'doctor', 'cli', 'passwords', 'legacyImport', 'exports', 'admin', 'throttle', 'hostile', 'ownership',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = (file: TestSpecification): number => {
      const at = longest.indexOf(path.basename(file.moduleId, '.test.ts'));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

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
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Tests that wait for the server's timeouts wait together.
    maxConcurrency: 16,
    projects: [
      {
        test: {
          ...common,
          name: 'blackbox',
          include: ['**/*.test.ts'],
          // The program that tells the values of indicators is built beside ours, and is not in the image.
          exclude: ['**/*.alone.test.ts', ...(process.env['KONTOR_ELF'] ? ['**/indicators.test.ts'] : [])],
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
