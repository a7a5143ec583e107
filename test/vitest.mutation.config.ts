import { defineConfig } from 'vitest/config';

/** The tests that mutants are tried against: those of the pure rooms, which need neither addon nor build. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts'],
    exclude: ['test/unit/{bench,cli,control,house,lab,native}/**'],
    setupFiles: ['test/unit/seed.ts'],
    isolate: false,
  },
});
