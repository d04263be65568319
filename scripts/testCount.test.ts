import { expect, it } from "vitest";
import { countTests } from "./testCount.ts";

const unit = (passed: number, failed: number, unloaded = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: [
    { status: failed > 0 ? "failed" : "passed", assertionResults: [{ status: failed > 0 ? "failed" : "passed" }] },
    ...Array.from({ length: unloaded }, () => ({ status: "failed", assertionResults: [] })),
  ],
});
const e2e = (expected: number, unexpected: number, flaky = 0, errors: unknown[] = []) => ({ stats: { expected, unexpected, flaky, skipped: 0 }, errors });

it("adds up both runners", () => {
  expect(countTests({ unit: unit(10, 0), e2e: e2e(4, 0, 1), failedSteps: [] })).toEqual({ passed: 15, failed: 0 });
  expect(countTests({ unit: unit(10, 2), e2e: e2e(4, 1), failedSteps: ["unit", "e2e"] })).toEqual({ passed: 14, failed: 3 });
});

it("counts a test file that could not be loaded", () => {
  expect(countTests({ unit: unit(10, 0, 1), e2e: e2e(0, 0, 0, [{}]), failedSteps: ["unit", "e2e"] })).toEqual({ passed: 10, failed: 2 });
});

it("counts a step that failed without a failing test once", () => {
  expect(countTests({ unit: unit(10, 0), e2e: e2e(4, 0), failedSteps: ["lint", "unit"] })).toEqual({ passed: 14, failed: 2 });
});

it("counts a runner without a report as a failure", () => {
  expect(countTests({ unit: undefined, e2e: e2e(4, 0), failedSteps: ["unit"] })).toEqual({ passed: 4, failed: 1 });
});

it("refuses a report of another shape", () => {
  expect(() => countTests({ unit: { passed: 3 }, e2e: e2e(4, 0), failedSteps: [] })).toThrow("numPassedTests");
});
