import { defaultStats, type Measure, type Stats } from '@oriel/stats';
import type { GrpcSide } from './grpc-call.ts';

/** The measures that both sides have, by what follows `grpc.io/client/` or `grpc.io/server/`. */
const rows = [
  ['started_rpcs', '1', 'RPCs started'],
  ['sent_messages_per_rpc', '1', 'Messages sent in an RPC'],
  ['received_messages_per_rpc', '1', 'Messages received in an RPC'],
  ['sent_bytes_per_rpc', 'By', 'Bytes of all messages sent in an RPC'],
  ['received_bytes_per_rpc', 'By', 'Bytes of all messages received in an RPC'],
  ['sent_messages_per_method', '1', 'Messages sent, as they happen'],
  ['received_messages_per_method', '1', 'Messages received, as they happen'],
  ['sent_bytes_per_method', 'By', 'Bytes of messages sent, as they happen'],
  ['received_bytes_per_method', 'By', 'Bytes of messages received, as they happen'],
] as const;

/** What a measure is called behind the name of its side. */
export type MeasureName = (typeof rows)[number][0] | 'server_latency' | 'roundtrip_latency';

/** The measures of one side, by what follows the side in their names. */
export type GrpcMeasures<Name extends MeasureName = MeasureName> = Readonly<Record<Name, Measure>>;

type SharedName = Exclude<MeasureName, 'roundtrip_latency'>;

/**
 * The measures `grpc.io/server/…` of a `Stats`: all that come up on a server.
 *
 * Errors: {@link MetricsError} `MEASURE_CONFLICT` if another measure has one of the names.
 */
export function grpcServerMeasures(stats: Stats = defaultStats()): GrpcMeasures<SharedName> {
  return {
    ...sharedMeasures('server', stats),
    server_latency: latency(
      stats,
      'grpc.io/server/server_latency',
      'Time from the request to the last byte of the answer',
    ),
  };
}

/** The measures `grpc.io/client/…` of a `Stats`. Errors: as {@link grpcServerMeasures}. */
export function grpcClientMeasures(stats: Stats = defaultStats()): GrpcMeasures {
  return {
    ...sharedMeasures('client', stats),
    roundtrip_latency: latency(
      stats,
      'grpc.io/client/roundtrip_latency',
      'Time from the start of an RPC to its status',
    ),
    server_latency: latency(
      stats,
      'grpc.io/client/server_latency',
      'Time that the server says it took for an RPC',
    ),
  };
}

/** The tag keys of a side. */
export function tagKeysOf(side: GrpcSide): { readonly method: string; readonly status: string } {
  return { method: `grpc_${side}_method`, status: `grpc_${side}_status` };
}

function sharedMeasures(
  side: GrpcSide,
  stats: Stats,
): GrpcMeasures<Exclude<MeasureName, 'server_latency' | 'roundtrip_latency'>> {
  const measures = rows.map(([name, unit, description]) => {
    return [name, stats.measureInt64({ name: `grpc.io/${side}/${name}`, unit, description })] as const;
  });
  return Object.fromEntries(measures) as GrpcMeasures<(typeof rows)[number][0]>;
}

function latency(stats: Stats, name: string, description: string): Measure {
  return stats.measureDouble({ name, unit: 'ms', description });
}
