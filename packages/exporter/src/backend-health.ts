import { type Collector, Desc, type FamilySink, type Registerer } from '@oriel/metrics';

/** What a backend can fail at. */
export type BackendAct = 'start' | 'run' | 'flush' | 'stop';

const acts: readonly BackendAct[] = ['start', 'run', 'flush', 'stop'];

/** What the self-metrics say about one backend. */
export interface BackendHealth {
  readonly label: string;
  up: boolean;
  readonly failures: Record<BackendAct, number>;
}

/** The self-metrics of all backends on one registry: `oriel_exporter_backend_up` and `…_failures_total`. */
class HealthBoard implements Collector {
  readonly #up = new Desc({
    name: 'oriel_exporter_backend_up',
    type: 'gauge',
    help: 'Whether the backend has started and works.',
    labelNames: ['backend'],
  });
  readonly #failures = new Desc({
    name: 'oriel_exporter_backend_failures_total',
    type: 'counter',
    help: 'Failures of the backend by what it was doing.',
    labelNames: ['backend', 'act'],
  });
  readonly rows = new Map<string, BackendHealth>();

  describe(): Iterable<Desc> {
    return [this.#up, this.#failures];
  }

  collect(out: FamilySink): void {
    for (const { label, up, failures } of this.rows.values()) {
      out.gauge(this.#up, up ? 1 : 0, [label]);
      for (const act of acts) out.counter(this.#failures, failures[act], [label, act]);
    }
  }
}

// One board per registry, however many exporters use it; gone with its last row.
const boards = new WeakMap<Registerer, HealthBoard>();

/**
 * Opens the self-metrics of a backend on a registry. A label that is taken gets a number.
 *
 * Errors: what `registry.register` throws when somebody else has these families.
 */
export function openHealth(registry: Registerer, id: string): BackendHealth {
  const board = boards.get(registry) ?? new HealthBoard();
  if (board.rows.size === 0) registry.register(board);
  boards.set(registry, board);
  let label = id;
  for (let copy = 2; board.rows.has(label); copy++) label = `${id}#${copy}`;
  const health = newHealth(label);
  board.rows.set(label, health);
  return health;
}

/** Takes the self-metrics of a backend away; harmless if they are not there. */
export function closeHealth(registry: Registerer, health: BackendHealth): void {
  const board = boards.get(registry);
  if (board?.rows.get(health.label) !== health) return;
  board.rows.delete(health.label);
  if (board.rows.size === 0) registry.unregister(board);
}

/** Self-metrics that stand on no registry. */
export function newHealth(label: string): BackendHealth {
  return { label, up: false, failures: { start: 0, run: 0, flush: 0, stop: 0 } };
}
