import { type ContractCase, contractCases } from './contract.ts';
import type { ContractOptions } from './contract-options.ts';
import type { Destination } from './destination.ts';
import { testRunner } from './test-runner.ts';

/** Tests of the contract that a backend does not pass, and why. */
export interface Skip {
  readonly reason: string;
  /** Their names, as the run prints them. */
  readonly tests: readonly string[];
}

export interface ExporterSuite<D extends Destination = Destination> extends ContractOptions<D> {
  readonly skip?: readonly Skip[];
}

/**
 * Defines the contract's tests for one backend, in a test file of vitest.
 *
 * A skipped test is run all the same: it must fail, for the reason given or another; once it passes, it is
 * reported as a failure until the skip is taken out.
 *
 * Errors: a `TypeError` for a skip without reason, or of a test that does not exist.
 */
export function describeExporter<D extends Destination>(suite: ExporterSuite<D>): void {
  const cases = contractCases(suite);
  const { describe } = testRunner();
  const reasons = reasonsOf(suite.name, suite.skip ?? [], cases);
  describe(`contract of ${suite.name}`, () => {
    for (const [group, tests] of Map.groupBy(cases, (each) => each.group)) {
      describe(group, () => {
        for (const each of tests) define(each, reasons.get(each.name));
      });
    }
    reportSkips(suite.name, reasons, cases.length);
  });
}

function define({ name, inapplicable, run }: ContractCase, reason: string | undefined): void {
  const { test } = testRunner();
  if (inapplicable !== undefined) test.skip(`${name} [does not apply: ${inapplicable}]`);
  else if (reason === undefined) test(name, run);
  else defineSkipped(name, reason, run);
}

function defineSkipped(name: string, reason: string, run: () => Promise<void>): void {
  const { test } = testRunner();
  test(`${name} [skipped: ${reason}]`, async (context) => {
    const passes = await run().then(
      () => true,
      () => false,
    );
    if (!passes) context.skip(reason);
    throw new Error(`Cannot skip test "${name}": it passes; take the skip out`);
  });
}

function reasonsOf(
  owner: string,
  skips: readonly Skip[],
  cases: readonly ContractCase[],
): Map<string, string> {
  const names = new Set(cases.map(({ name }) => name));
  const reasons = new Map<string, string>();
  for (const { reason, tests } of skips) {
    if (reason.trim() === '')
      throw new TypeError(`Cannot skip tests of "${owner}": a skip has no reason; give one`);
    if (tests.length === 0)
      throw new TypeError(`Cannot skip tests of "${owner}": the skip for "${reason}" names none; name one`);
    for (const name of tests) {
      if (!names.has(name))
        throw new TypeError(
          `Cannot skip test "${name}" of "${owner}": the contract has no such test; copy its name`,
        );
      reasons.set(name, reason);
    }
  }
  return reasons;
}

// Reporters print the names of failed tests only; what is left out should be seen as well.
function reportSkips(owner: string, reasons: ReadonlyMap<string, string>, all: number): void {
  if (reasons.size === 0) return;
  const { afterAll, beforeAll } = testRunner();
  const lines = [...reasons].map(([name, reason]) => `  - ${name}: ${reason}`);
  let ran = false;
  beforeAll(() => {
    ran = true;
  });
  afterAll(() => {
    if (ran) process.stdout.write(`\n${owner} skips ${reasons.size} of ${all} tests:\n${lines.join('\n')}\n`);
  });
}
