import {
  type BackendContext,
  type BackendInstance,
  DeltaView,
  namespaced,
  PushLoop,
  type PushLoopOptions,
} from '@oriel/exporter';
import type { Snapshot } from '@oriel/metrics';
import type { Capabilities } from '../src/capabilities.ts';
import type { ContractOptions } from '../src/contract-options.ts';
import { type Behaviour, type Destination, THROTTLE_SECONDS } from '../src/destination.ts';
import type { Row } from '../src/row.ts';
import { rowsOfSnapshot } from '../src/snapshot-rows.ts';

/** One thing that a backend does wrong. */
export interface Flaw {
  readonly temporality?: 'cumulative' | 'delta';
  readonly rows?: (rows: Row[]) => Row[];
  readonly loop?: Partial<PushLoopOptions<Snapshot>>;
  readonly gather?: (context: BackendContext) => Promise<Snapshot>;
  readonly view?: () => Pick<DeltaView, 'since' | 'accept'>;
  readonly instance?: (sound: BackendInstance, context: BackendContext, lab: Lab) => Partial<BackendInstance>;
}

class Answer extends Error {
  readonly status: Behaviour;

  constructor(status: Behaviour) {
    super(`the lab is told to be ${status}`);
    this.status = status;
  }
}

/** A destination in this process. */
export class Lab implements Destination {
  attempts = 0;
  #behaviour: Behaviour = 'well';
  #rows: Row[] = [];

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  close(): void {
    this.#rows = [];
  }

  take(): Row[] {
    return this.#rows.splice(0);
  }

  get present(): boolean {
    return this.#behaviour !== 'absent';
  }

  receive(rows: readonly Row[]): Promise<void> {
    this.attempts++;
    if (this.#behaviour === 'hang') return new Promise(() => {});
    if (this.#behaviour !== 'well') return Promise.reject(new Answer(this.#behaviour));
    this.#rows.push(...rows);
    return Promise.resolve();
  }
}

/** The contract's options for a backend that is sound but for one flaw. */
export function labContract(capabilities: Partial<Capabilities> = {}, flaw: Flaw = {}): ContractOptions<Lab> {
  const temporality = flaw.temporality ?? capabilities.temporality ?? 'cumulative';
  return {
    name: 'lab',
    destination: () => new Lab(),
    make: (context, lab) => instanceOf(context, lab, { ...flaw, temporality }),
    read: (lab) => lab.take(),
    capabilities: { direction: 'push', faults, ...capabilities },
  };
}

const faults = ['absent', 'cut', 'hang', 'refuse', 'throttle', 'fail'] as const;

function instanceOf(context: BackendContext, lab: Lab, flaw: Flaw): BackendInstance {
  const { namespace, registry, clock, failed, recovered } = context;
  const view = flaw.view?.() ?? new DeltaView();
  const is = (cause: unknown, status: Behaviour): boolean =>
    cause instanceof Answer && cause.status === status;
  const loop = new PushLoop<Snapshot>({
    clock,
    collect: () => flaw.gather?.(context) ?? namespaced(namespace, registry).gather(),
    send: async (snapshot) => {
      const sent = flaw.temporality === 'delta' ? await view.since(snapshot) : snapshot;
      const rows = rowsOfSnapshot(sent).map((row) => ({ ...row, time: snapshot.time }));
      await lab.receive(flaw.rows?.(rows) ?? rows);
      view.accept(snapshot);
    },
    isTransient: (cause) => !is(cause, 'refuse'),
    retryAfterMs: (cause) => (is(cause, 'throttle') ? THROTTLE_SECONDS * 1000 : undefined),
    onFailure: failed,
    onSuccess: recovered,
    ...flaw.loop,
  });
  const sound = { start: () => loop.start(), flush: () => loop.flush(), stop: () => loop.stop() };
  return { ...sound, ...flaw.instance?.(sound, context, lab) };
}
