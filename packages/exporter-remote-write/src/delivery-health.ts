import { type Collector, Desc, type FamilySink, MetricsError, type Registerer } from '@oriel/metrics';
import { type FailureCause, failureCauses } from './delivery-error.ts';
import type { ProtocolVersion } from './protocol.ts';

/** Why samples were dropped: the queue was full, the receiver refused them, or did not write them. */
export type DropReason = (typeof dropReasons)[number];

const dropReasons = ['queue_full', 'refused', 'not_written'] as const;

/** How the deliveries of one backend do. */
export interface DeliveryHealth {
  backend: string;
  /** Seconds since the epoch; undefined before the first success. */
  lastSuccess: number | undefined;
  readonly failures: Record<FailureCause, number>;
  readonly dropped: Record<DropReason, number>;
  readonly sent: { requests: number; samples: number; histograms: number; exemplars: number; bytes: number };
  version: ProtocolVersion;
  /** Snapshots that wait. */
  readonly queued: () => number;
}

const labelNames = ['backend'];
const prefix = 'oriel_remote_write';

/** The self-metrics of all backends of this kind on one registry. */
class HealthBoard implements Collector {
  readonly rows = new Set<DeliveryHealth>();
  readonly #lastSuccess = new Desc({
    name: `${prefix}_last_success_timestamp_seconds`,
    type: 'gauge',
    help: 'When a snapshot was last delivered as a whole.',
    labelNames,
  });
  readonly #failures = new Desc({
    name: `${prefix}_failures_total`,
    type: 'counter',
    help: 'Deliveries that failed, by cause.',
    labelNames: ['backend', 'cause'],
  });
  readonly #queue = new Desc({
    name: `${prefix}_queue_length`,
    type: 'gauge',
    help: 'Snapshots that wait to be delivered.',
    labelNames,
  });
  readonly #dropped = new Desc({
    name: `${prefix}_dropped_samples_total`,
    type: 'counter',
    help: 'Samples and histograms that were not delivered and will not be, by reason.',
    labelNames: ['backend', 'reason'],
  });
  readonly #sent = (['requests', 'samples', 'histograms', 'exemplars', 'bytes'] as const).map((what) => ({
    what,
    desc: new Desc({
      name: `${prefix}_sent_${what}_total`,
      type: 'counter',
      help: `The ${what} that the receiver has taken${what === 'bytes' ? ', compressed' : ''}.`,
      labelNames,
    }),
  }));
  readonly #protocol = new Desc({
    name: `${prefix}_protocol_info`,
    type: 'info',
    help: 'The version of the protocol that is spoken.',
    labelNames: ['backend', 'version'],
  });

  describe(): Iterable<Desc> {
    const sent = this.#sent.map(({ desc }) => desc);
    return [this.#lastSuccess, this.#failures, this.#queue, this.#dropped, ...sent, this.#protocol];
  }

  collect(out: FamilySink): void {
    for (const row of this.rows) this.#collectRow(out, row);
  }

  #collectRow(out: FamilySink, row: DeliveryHealth): void {
    const { backend, lastSuccess } = row;
    if (lastSuccess !== undefined) out.gauge(this.#lastSuccess, lastSuccess, [backend]);
    for (const cause of failureCauses) out.counter(this.#failures, row.failures[cause], [backend, cause]);
    for (const reason of dropReasons) out.counter(this.#dropped, row.dropped[reason], [backend, reason]);
    for (const { what, desc } of this.#sent) out.counter(desc, row.sent[what], [backend]);
    out.gauge(this.#queue, row.queued(), [backend]);
    out.info(this.#protocol, [backend, row.version]);
  }
}

/**
 * Shows how a backend does on a registry, and gives what takes it away again. A label that is taken gets a number.
 *
 * Errors: what `register` throws when somebody else has these families.
 */
export function showHealth(registry: Registerer, health: DeliveryHealth): () => void {
  const board = boardOn(registry);
  const taken = new Set([...board.rows].map(({ backend }) => backend));
  const id = health.backend;
  for (let copy = 2; taken.has(health.backend); copy++) health.backend = `${id}#${copy}`;
  board.rows.add(health);
  return () => {
    board.rows.delete(health);
    if (board.rows.size === 0) registry.unregister(board);
  };
}

/** A backend that has delivered nothing yet. */
export function newHealth(backend: string, queued: () => number): DeliveryHealth {
  return {
    backend,
    lastSuccess: undefined,
    failures: zeros(failureCauses),
    dropped: zeros(dropReasons),
    sent: { requests: 0, samples: 0, histograms: 0, exemplars: 0, bytes: 0 },
    version: '2.0',
    queued,
  };
}

function boardOn(registry: Registerer): HealthBoard {
  const board = new HealthBoard();
  try {
    registry.register(board);
    return board;
  } catch (error) {
    const existing = error instanceof MetricsError ? error.details.existing : undefined;
    if (existing instanceof HealthBoard) return existing;
    throw error;
  }
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}
