import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the result as JSON, beside what people read. */
const results = process.env.GUANTONG_TEST_RESULTS;

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    include: ['src/**/*.test.ts', 'web/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    // A crowded machine is no fault of what is tested.
    testTimeout: 180_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: results
      ? ['default', ['json', { outputFile: results }]]
      : ['default'],
  },
});
