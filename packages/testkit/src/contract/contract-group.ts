import type { FullCapabilities } from '../capabilities.ts';
import type { Fault } from '../destination.ts';
import type { World, WorldOptions } from '../world.ts';

/** Opens a world that is closed when the test ends. */
export type OpenWorld = (options?: WorldOptions) => Promise<World>;

/** Rejects with what broke the contract. */
export type ContractRun = (open: OpenWorld, capabilities: FullCapabilities) => Promise<void>;

export interface ContractEntry {
  /** Why the test says nothing about a backend of these capabilities; nothing if it applies. */
  readonly needs?: (capabilities: FullCapabilities) => string | undefined;
  readonly run: ContractRun;
}

/** Tests by their names, each a sentence that can be false. */
export interface ContractGroup {
  readonly title: string;
  readonly tests: Readonly<Record<string, ContractEntry>>;
}

/** A test for every backend. */
export function always(run: ContractRun): ContractEntry {
  return { run };
}

/** A test for backends that send by themselves. */
export function pushOnly(run: ContractRun): ContractEntry {
  return { run, needs: needsPush };
}

/** A test for destinations that can behave so. */
export function withFault(fault: Fault, run: ContractRun): ContractEntry {
  const needs = (capabilities: FullCapabilities): string | undefined =>
    needsPush(capabilities) ??
    (capabilities.faults.includes(fault) ? undefined : `its destination is not told to ${fault}`);
  return { run, needs };
}

function needsPush({ direction }: FullCapabilities): string | undefined {
  return direction === 'push' ? undefined : 'it is asked and sends nothing by itself';
}
