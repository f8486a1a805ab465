import type { FullCapabilities } from './capabilities.ts';
import { fullCapabilities } from './capabilities.ts';
import { bulk } from './contract/bulk.ts';
import { collectors } from './contract/collectors.ts';
import type { ContractGroup, ContractRun } from './contract/contract-group.ts';
import { exemplars } from './contract/exemplars.ts';
import { familyKinds } from './contract/family-kinds.ts';
import { faults } from './contract/faults.ts';
import { labels } from './contract/labels.ts';
import { lifecycle } from './contract/lifecycle.ts';
import { names } from './contract/names.ts';
import { neighbours } from './contract/neighbours.ts';
import { numbers } from './contract/numbers.ts';
import { temporality } from './contract/temporality.ts';
import type { ContractOptions } from './contract-options.ts';
import type { Destination } from './destination.ts';
import { World, type WorldOptions } from './world.ts';

const groups: readonly ContractGroup[] = [
  lifecycle,
  familyKinds,
  numbers,
  names,
  labels,
  temporality,
  bulk,
  exemplars,
  collectors,
  neighbours,
  faults,
];

/** A test of the contract by its place in the list. */
export interface ContractTest {
  readonly group: string;
  readonly name: string;
}

/** Every test of the contract, in order. */
export const contractTests: readonly ContractTest[] = Object.freeze(
  groups.flatMap(({ title, tests }) => Object.keys(tests).map((name) => ({ group: title, name }))),
);

/** A test of the contract for one backend; any test runner can run it. */
export interface ContractCase extends ContractTest {
  /** Why it says nothing about a backend of these capabilities. */
  readonly inapplicable?: string;
  /** Rejects with what broke the contract. */
  readonly run: () => Promise<void>;
}

/**
 * The contract as a list, for runners other than vitest; `describeExporter` gives it to vitest.
 *
 * Shape: the cases share nothing and may run in any order, one at a time.
 */
export function contractCases<D extends Destination>(options: ContractOptions<D>): ContractCase[] {
  const capabilities = fullCapabilities(options.capabilities);
  // Only `read`, `config` and `make` see the destination, and they get back what `destination` made.
  const plain = options as unknown as ContractOptions;
  return groups.flatMap(({ title, tests }) =>
    Object.entries(tests).map(([name, { needs, run }]) => ({
      group: title,
      name,
      inapplicable: needs?.(capabilities),
      run: () => inWorlds(plain, capabilities, run),
    })),
  );
}

async function inWorlds(
  options: ContractOptions,
  capabilities: FullCapabilities,
  run: ContractRun,
): Promise<void> {
  const worlds: World[] = [];
  const open = async (start?: WorldOptions): Promise<World> => {
    const world = await World.open(options, start);
    worlds.push(world);
    return world;
  };
  const failures: unknown[] = [];
  const note = (cause: unknown): void => {
    failures.push(cause);
  };
  process.on('unhandledRejection', note);
  try {
    await run(open, capabilities).catch(note);
    for (const world of worlds) await world.close().catch(note);
  } finally {
    process.off('unhandledRejection', note);
  }
  if (failures.length > 0) throw failures[0];
}
