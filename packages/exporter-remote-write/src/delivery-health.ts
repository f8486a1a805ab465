import { type Collector, Desc, type FamilySink, MetricsError, type Registerer } from '@oriel/metrics';
import type { ProtocolVersion } from './protocol.ts';

/** Why samples were dropped: the queue was full, the receiver refused them, or did not write them. */
export type DropReason = (typeof dropReasons)[number];

const dropReasons = ['queue_full', 'refused', 'not_written'] as const;

/** What one backend has sent and lost, beyond what all backends that send tell. */
export interface DeliveryHealth {
  backend: string;
  readonly dropped: Record<DropReason, number>;
  readonly sent: { requests: number; samples: number; histograms: number; exemplars: number };
  version: ProtocolVersion;
}

const labelNames = ['backend'];
const prefix = 'oriel_remote_write';

/** The self-metrics of all backends of this kind on one registry. */
class HealthBoard implements Collector {
  readonly rows = new Set<DeliveryHealth>();
  readonly #dropped = new Desc({
    name: `${prefix}_dropped_samples_total`,
    type: 'counter',
    help: 'Samples and histograms that were not delivered and will not be, by reason.',
    labelNames: ['backend', 'reason'],
  });
  readonly #sent = (['requests', 'samples', 'histograms', 'exemplars'] as const).map((what) => ({
    what,
    desc: new Desc({
      name: `${prefix}_sent_${what}_total`,
      type: 'counter',
      help: `The ${what} that the receiver has taken.`,
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
    return [this.#dropped, ...sent, this.#protocol];
  }

  collect(out: FamilySink): void {
    for (const row of this.rows) this.#collectRow(out, row);
  }

  #collectRow(out: FamilySink, { backend, dropped, sent, version }: DeliveryHealth): void {
    for (const reason of dropReasons) out.counter(this.#dropped, dropped[reason], [backend, reason]);
    for (const { what, desc } of this.#sent) out.counter(desc, sent[what], [backend]);
    out.info(this.#protocol, [backend, version]);
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
export function newHealth(backend: string): DeliveryHealth {
  return {
    backend,
    dropped: { queue_full: 0, refused: 0, not_written: 0 },
    sent: { requests: 0, samples: 0, histograms: 0, exemplars: 0 },
    version: '2.0',
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
