import { count, defaultStats, type Measure, type Stats, type View, view } from '@oriel/stats';
import type { GrpcSide } from './grpc-call.ts';

/** What went wrong beside an RPC, which went on. */
export type GrpcFault =
  | 'recorder_failed'
  | 'tags_malformed'
  | 'tags_too_large'
  | 'value_too_long'
  | 'value_not_ascii';

/**
 * The view of what the interceptors had to leave out: `oriel/grpc/faults`, by `side` and `cause`.
 *
 * Shape: causes are `tags_malformed` and `tags_too_large` for a tag header, `value_too_long` and `value_not_ascii` for a tag that
 * cannot travel, `recorder_failed` for a recorder that threw.
 */
export function grpcFaultViews(stats: Stats = defaultStats()): View[] {
  return [view({ measure: faultsOf(stats), tagKeys: ['side', 'cause'], aggregation: count() })];
}

/** Counts faults of one side. */
export class FaultCounter {
  readonly #measure: Measure;
  readonly #side: GrpcSide;

  constructor(side: GrpcSide, stats: Stats) {
    this.#side = side;
    this.#measure = faultsOf(stats);
  }

  // Bound, so that no tag of the context takes part.
  add(cause: GrpcFault): void {
    this.#measure.bind({ side: this.#side, cause }).record(1);
  }
}

function faultsOf(stats: Stats): Measure {
  return stats.measureInt64({
    name: 'oriel/grpc/faults',
    description: 'Tag headers and tags left out of RPCs, and recorders that failed',
  });
}
