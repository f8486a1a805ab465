import type { BackendContext } from './backend.ts';
import { joinBoard, leaveBoard, type PushBoard, type PushRow } from './push-board.ts';
import { pushFailureOf } from './push-failure.ts';

/** What {@link PushHealth} needs of a backend's context. */
export type PushHealthContext = Pick<BackendContext, 'id' | 'registry' | 'clock' | 'logger'>;

/** How many batches wait, and how many may. */
export interface PushQueue {
  readonly length: number;
  readonly limit: number;
}

/**
 * What a backend that sends tells about itself: one set of `oriel_exporter_push_…` families for all of them on a
 * registry, with a label `backend`.
 *
 * Given to a {@link PushLoop} as `health` it is kept by the loop, from `start` to the end of `stop`; the backend adds
 * what only it knows, by `sentBytes` and `droppedSeries`. A backend without a loop calls the rest as well.
 * Errors: none; families that somebody else has are logged, and the backend goes without.
 *
 * @example
 * const lines = defineBackend({
 *   name: 'lines',
 *   create(context) {
 *     const { clock, registry, failed, recovered } = context;
 *     const health = new PushHealth(context);
 *     const send = ({ families }: { families: readonly unknown[] }) => health.sentBytes(families.length);
 *     const collect = () => registry.gather();
 *     const loop = new PushLoop({ clock, health, collect, send, onFailure: failed, onSuccess: recovered });
 *     return { start: () => loop.start(), flush: () => loop.flush(), stop: () => loop.stop() };
 *   },
 * });
 */
export class PushHealth {
  readonly #context: PushHealthContext;
  readonly #row: PushRow;
  #board: PushBoard | undefined;

  constructor(context: PushHealthContext) {
    this.#context = context;
    this.#row = newRow();
  }

  /** Puts the families on the registry; the queue is asked at each gathering. A second call does nothing. */
  open(queue: () => PushQueue = () => ({ length: 0, limit: 0 })): void {
    if (this.#board !== undefined) return;
    const { id = 'unnamed', registry, logger } = this.#context;
    this.#row.queue = queue;
    try {
      this.#board = joinBoard(registry, id, this.#row);
    } catch (cause) {
      // Somebody else's families of these names cost the self-metrics, not the export.
      logger.warn({}, `Cannot register the push metrics of backend "${id}": ${(cause as Error).message}`);
    }
  }

  /** Takes them away; harmless if they are not there. What is counted meanwhile is kept. */
  close(): void {
    if (this.#board !== undefined) leaveBoard(this.#context.registry, this.#board, this.#row);
    this.#board = undefined;
  }

  /** A push has arrived. */
  succeeded(): void {
    this.#row.pushes.success++;
    this.#row.lastSuccess = this.#context.clock.now();
  }

  /** A push has failed: the cause is sorted as the README tells, unless it was the collecting that failed. */
  failed(cause: unknown, act: 'collect' | 'send' = 'send'): void {
    this.#row.pushes.failure++;
    this.#row.failures[act === 'collect' ? 'collect' : pushFailureOf(cause)]++;
  }

  /** Batches that will never arrive, under a cause of few: `queue_full`, `refused`, `stopped` or one of the backend's. */
  dropped(cause: string, batches = 1): void {
    add(this.#row.droppedBatches, cause, batches);
  }

  /** Series left out of a push that else arrived, under a cause of few, such as `rejected` or `too_long`. */
  droppedSeries(cause: string, series = 1): void {
    add(this.#row.droppedSeries, cause, series);
  }

  /** Bytes handed to the network, as they were sent: compressed, without headers. */
  sentBytes(bytes: number): void {
    this.#row.bytes += bytes;
  }
}

function newRow(): PushRow {
  return {
    label: '',
    queue: () => ({ length: 0, limit: 0 }),
    lastSuccess: 0,
    pushes: { success: 0, failure: 0 },
    failures: { collect: 0, network: 0, timeout: 0, refused: 0, throttled: 0, unavailable: 0, other: 0 },
    // What every loop may drop for is there from the start, so that its first increase is seen.
    droppedBatches: new Map([
      ['queue_full', 0],
      ['refused', 0],
      ['stopped', 0],
    ]),
    droppedSeries: new Map(),
    bytes: 0,
  };
}

function add(counts: Map<string, number>, cause: string, count: number): void {
  if (count > 0) counts.set(cause, (counts.get(cause) ?? 0) + count);
}
