import { defineConfig } from 'vitest/config';

/**
 * Two projects. `unit` holds everything that needs no privileges and no network: pure rooms, codecs, virtual
 * time. `lab` raises network namespaces with real kernels, servers and clients; it needs root and runs one
 * file at a time, because its tests compare times.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: ['test/unit/seed.ts'],
          // `npm test` lints beside them, and a property is tried a thousand times.
          testTimeout: 30_000,
          // One process for many files: these tests leave nothing behind that others could see, and a process for each of them
          // takes three times as long. Threads would not do: some of them change the process's umask.
          pool: 'forks',
          isolate: false,
          // By default one core is left alone: half of them, on a small machine.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          pool: 'forks',
        },
      },
    ],
  },
});
