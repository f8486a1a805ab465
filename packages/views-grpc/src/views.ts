import {
  type Aggregation,
  count,
  defaultStats,
  distribution,
  type Stats,
  sum,
  type View,
  view,
} from '@oriel/stats';
import { BYTES_BOUNDS, LATENCY_BOUNDS, MESSAGES_BOUNDS } from './bounds.ts';
import type { GrpcSide } from './grpc-call.ts';
import {
  type GrpcMeasures,
  grpcClientMeasures,
  grpcServerMeasures,
  type MeasureName,
  tagKeysOf,
} from './measures.ts';

/**
 * OpenCensus's default views of a server's RPCs, over the measures of this `Stats`, for `registerViews`.
 *
 * Errors: {@link MetricsError} `MEASURE_CONFLICT`, as {@link grpcServerMeasures}.
 *
 * @example
 * const names = grpcServerViews().map((view) => view.name);
 * assert.ok(names.includes('grpc.io/server/completed_rpcs'));
 */
export function grpcServerViews(stats: Stats = defaultStats()): View[] {
  return defaultViews('server', grpcServerMeasures(stats), 'server_latency');
}

/** OpenCensus's default views of a client's RPCs; otherwise as {@link grpcServerViews}. */
export function grpcClientViews(stats: Stats = defaultStats()): View[] {
  return defaultViews('client', grpcClientMeasures(stats), 'roundtrip_latency');
}

/** Views of a server that OpenCensus has and leaves off: messages and bytes of a method as they happen, for long streams. */
export function grpcServerExtraViews(stats: Stats = defaultStats()): View[] {
  return methodViews('server', grpcServerMeasures(stats));
}

/** Those of a client: as {@link grpcServerExtraViews}, and the latency that servers tell. */
export function grpcClientExtraViews(stats: Stats = defaultStats()): View[] {
  const measures = grpcClientMeasures(stats);
  return [
    viewOf('client', measures.server_latency, distribution(LATENCY_BOUNDS)),
    ...methodViews('client', measures),
  ];
}

type SharedMeasures = GrpcMeasures<Exclude<MeasureName, 'roundtrip_latency'>>;

function defaultViews<Latency extends MeasureName>(
  side: GrpcSide,
  measures: SharedMeasures & GrpcMeasures<Latency>,
  latency: Latency,
): View[] {
  const { method, status } = tagKeysOf(side);
  return [
    viewOf(side, measures.started_rpcs, count()),
    view({
      name: `grpc.io/${side}/completed_rpcs`,
      measure: measures[latency],
      tagKeys: [method, status],
      aggregation: count(),
      description: 'RPCs completed, by status',
    }),
    viewOf(side, measures[latency], distribution(LATENCY_BOUNDS)),
    viewOf(side, measures.sent_bytes_per_rpc, distribution(BYTES_BOUNDS)),
    viewOf(side, measures.received_bytes_per_rpc, distribution(BYTES_BOUNDS)),
    viewOf(side, measures.sent_messages_per_rpc, distribution(MESSAGES_BOUNDS)),
    viewOf(side, measures.received_messages_per_rpc, distribution(MESSAGES_BOUNDS)),
  ];
}

function methodViews(side: GrpcSide, measures: SharedMeasures): View[] {
  return [
    viewOf(side, measures.sent_messages_per_method, count()),
    viewOf(side, measures.received_messages_per_method, count()),
    viewOf(side, measures.sent_bytes_per_method, sum()),
    viewOf(side, measures.received_bytes_per_method, sum()),
  ];
}

function viewOf(side: GrpcSide, measure: View['measure'], aggregation: Aggregation): View {
  return view({ measure, tagKeys: [tagKeysOf(side).method], aggregation });
}
