import { type Collector, Desc, type FamilySink, MetricsError, type Registerer } from '@oriel/metrics';
import { type PushFailure, pushFailures } from './push-failure.ts';

/** What the self-metrics say about one backend that sends. */
export interface PushRow {
  label: string;
  queue: () => { readonly length: number; readonly limit: number };
  /** Milliseconds since the epoch; 0 before the first. */
  lastSuccess: number;
  readonly pushes: Record<'success' | 'failure', number>;
  readonly failures: Record<PushFailure, number>;
  readonly droppedBatches: Map<string, number>;
  readonly droppedSeries: Map<string, number>;
  bytes: number;
}

/** The self-metrics of all backends that send on one registry. */
export class PushBoard implements Collector {
  readonly rows: Map<string, PushRow> = new Map();
  readonly #last = gauge(
    'last_success_timestamp_seconds',
    'When a push last arrived, in seconds since the epoch; 0 if none has.',
    'seconds',
  );
  readonly #pushes = counter('pushes_total', 'Pushes by result.', ['result']);
  readonly #failures = counter('push_failures_total', 'Failed pushes by cause.', ['cause']);
  readonly #queue = gauge('queue_length', 'Batches that wait to be sent.');
  readonly #limit = gauge('queue_limit', 'Batches that may wait before the oldest is dropped.');
  readonly #batches = counter('push_dropped_batches_total', 'Batches that will never arrive, by cause.', [
    'cause',
  ]);
  readonly #series = counter('push_dropped_series_total', 'Series left out of pushes, by cause.', ['cause']);
  readonly #bytes = counter('push_sent_bytes_total', 'Bytes sent, without headers.', [], 'bytes');

  describe(): Iterable<Desc> {
    const counts = [this.#pushes, this.#failures, this.#batches, this.#series, this.#bytes];
    return [this.#last, this.#queue, this.#limit, ...counts];
  }

  collect(out: FamilySink): void {
    for (const row of this.rows.values()) {
      const { length, limit } = row.queue();
      out.gauge(this.#last, row.lastSuccess / 1000, [row.label]);
      out.gauge(this.#queue, length, [row.label]);
      out.gauge(this.#limit, limit, [row.label]);
      for (const result of results) out.counter(this.#pushes, row.pushes[result], [row.label, result]);
      for (const cause of pushFailures) out.counter(this.#failures, row.failures[cause], [row.label, cause]);
      for (const [cause, count] of row.droppedBatches) out.counter(this.#batches, count, [row.label, cause]);
      for (const [cause, count] of row.droppedSeries) out.counter(this.#series, count, [row.label, cause]);
      out.counter(this.#bytes, row.bytes, [row.label]);
    }
  }
}

const results = ['success', 'failure'] as const;

function gauge(name: string, help: string, unit?: string): Desc {
  return new Desc({
    name: `oriel_exporter_push_${name}`,
    type: 'gauge',
    help,
    unit,
    labelNames: ['backend'],
  });
}

function counter(name: string, help: string, labels: readonly string[], unit?: string): Desc {
  const labelNames = ['backend', ...labels];
  return new Desc({ name: `oriel_exporter_${name}`, type: 'counter', help, unit, labelNames });
}

/**
 * Puts a row on the board of a registry, making the board if there is none. A label that is taken gets a number.
 *
 * Errors: what `registry.register` throws when somebody else has these families.
 */
export function joinBoard(registry: Registerer, id: string, row: PushRow): PushBoard {
  const board = boardOf(registry);
  row.label = id;
  for (let copy = 2; board.rows.has(row.label); copy++) row.label = `${id}#${copy}`;
  board.rows.set(row.label, row);
  return board;
}

/** Takes a row away, and the board with its last. */
export function leaveBoard(registry: Registerer, board: PushBoard, row: PushRow): void {
  board.rows.delete(row.label);
  if (board.rows.size === 0) registry.unregister(board);
}

// The registry itself is asked, not a map: backends get it behind wrappers, each exporter's its own.
function boardOf(registry: Registerer): PushBoard {
  const board = new PushBoard();
  try {
    registry.register(board);
    return board;
  } catch (error) {
    const existing = error instanceof MetricsError ? error.details.existing : undefined;
    if (existing instanceof PushBoard) return existing;
    throw error;
  }
}
