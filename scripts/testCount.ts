import { z } from "zod";

const count = z.number().int().nonnegative();

/** vitest --reporter=json */
const unitSchema = z.object({
  numPassedTests: count,
  numFailedTests: count,
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/** playwright --reporter=json */
const e2eSchema = z.object({ stats: z.object({ expected: count, flaky: count, unexpected: count }), errors: z.array(z.unknown()) });

interface Outcome {
  passed: number;
  failed: number;
}

function unitOutcome(report: unknown): Outcome {
  const { numPassedTests, numFailedTests, testResults } = unitSchema.parse(report);
  // A file that fails while it is loaded has no tests.
  const unloaded = testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0).length;
  return { passed: numPassedTests, failed: numFailedTests + unloaded };
}

function e2eOutcome(report: unknown): Outcome {
  const { stats, errors } = e2eSchema.parse(report);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length };
}

/**
 * The sum over both runners. A step that failed without a failing test (lint, types, build, a runner that crashed or left
 * no report) counts as one failure.
 */
export function countTests(run: { unit: unknown; e2e: unknown; failedSteps: readonly string[] }): Outcome {
  const none: Outcome = { passed: 0, failed: 0 };
  const outcomes: Record<string, Outcome> = {
    unit: run.unit === undefined ? none : unitOutcome(run.unit),
    e2e: run.e2e === undefined ? none : e2eOutcome(run.e2e),
  };
  const silent = run.failedSteps.filter((step) => (outcomes[step] ?? none).failed === 0).length;
  return Object.values(outcomes).reduce(
    (sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }),
    { passed: 0, failed: silent },
  );
}
