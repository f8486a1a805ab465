import { RecentCache } from '@oriel/metrics';
import { defaultStats, type Measure, type Stats } from '@oriel/stats';
import type { GrpcCall, GrpcRecorder, GrpcSide } from './grpc-call.ts';
import { ContextNeed, Lane } from './lane.ts';
import {
  type GrpcMeasures,
  grpcClientMeasures,
  grpcServerMeasures,
  type MeasureName,
  tagKeysOf,
} from './measures.ts';

/** Half of the methods whose recorders are kept; others are looked up again when they come. */
const KEPT_METHODS = 2048;

export interface OpenCensusRecorderOptions {
  /** Where the measures are. Default: `defaultStats()`. */
  readonly stats?: Stats;
}

/**
 * Records the measures `grpc.io/client/…` and `grpc.io/server/…`: what the interceptors do unless told otherwise.
 *
 * Shape: tags are the method and the status; views that keep others get them from the RPC's tags.
 * Errors: {@link MetricsError} `MEASURE_CONFLICT` if another measure has one of the names.
 * Cost: two look-ups for an RPC, and the additions; no allocation for a method and status that came before.
 */
export function openCensusRecorder({ stats = defaultStats() }: OpenCensusRecorderOptions = {}): GrpcRecorder {
  return new OpenCensusRecorder(stats);
}

class OpenCensusRecorder implements GrpcRecorder {
  readonly #client: SideRecorder;
  readonly #server: SideRecorder;

  constructor(stats: Stats) {
    const client = grpcClientMeasures(stats);
    this.#client = new SideRecorder('client', stats, client, client.roundtrip_latency);
    const server = grpcServerMeasures(stats);
    this.#server = new SideRecorder('server', stats, server, server.server_latency);
  }

  started(call: GrpcCall): void {
    this.#methodOf(call).started.record(1, call.tags);
  }

  sent(call: GrpcCall, bytes: number): void {
    const { sentMessages, sentBytes } = this.#methodOf(call);
    sentMessages.record(1, call.tags);
    sentBytes.record(bytes, call.tags);
  }

  received(call: GrpcCall, bytes: number): void {
    const { receivedMessages, receivedBytes } = this.#methodOf(call);
    receivedMessages.record(1, call.tags);
    receivedBytes.record(bytes, call.tags);
  }

  ended(call: GrpcCall): void {
    const lanes = this.#methodOf(call).ended(call.status);
    const { tags } = call;
    lanes.sentMessages.record(call.sentMessages, tags);
    lanes.receivedMessages.record(call.receivedMessages, tags);
    lanes.sentBytes.record(call.sentBytes, tags);
    lanes.receivedBytes.record(call.receivedBytes, tags);
    lanes.latency.record(call.latencyMs, tags);
    if (call.serverLatencyMs >= 0) lanes.serverLatency.record(call.serverLatencyMs, tags);
  }

  #methodOf(call: GrpcCall): MethodLanes {
    return (call.side === 'client' ? this.#client : this.#server).of(call.method);
  }
}

/** The lanes of one side, by method. */
class SideRecorder {
  readonly #methods = new RecentCache<MethodLanes>({ texts: KEPT_METHODS, longest: 1024 });
  readonly #open: OpenLane;

  constructor(side: GrpcSide, stats: Stats, measures: SharedMeasures, latency: Measure) {
    const keys = tagKeysOf(side);
    const own = [keys.method, keys.status];
    const needs = new Map<LaneName, ContextNeed>();
    const add = (name: LaneName, measure: Measure) => needs.set(name, new ContextNeed(stats, measure, own));
    for (const [name, measure] of Object.entries(measures)) add(name as LaneName, measure);
    add('latency', latency);
    this.#open = (name, method, status) => {
      const tags = { [keys.method]: method, ...(status !== undefined && { [keys.status]: status }) };
      return new Lane(needs.get(name) as ContextNeed, tags);
    };
  }

  of(method: string): MethodLanes {
    return this.#methods.get(method) ?? this.#add(method);
  }

  #add(method: string): MethodLanes {
    const lanes = new MethodLanes(method, this.#open);
    this.#methods.set(method, lanes);
    return lanes;
  }
}

type SharedMeasures = GrpcMeasures<Exclude<MeasureName, 'roundtrip_latency'>>;
type LaneName = MeasureName | 'latency';
type OpenLane = (name: LaneName, method: string, status?: string) => Lane;

/** What is recorded of a method before its status is known, and the rest by status. */
class MethodLanes {
  readonly started: Lane;
  readonly sentMessages: Lane;
  readonly receivedMessages: Lane;
  readonly sentBytes: Lane;
  readonly receivedBytes: Lane;
  readonly #statuses = new Map<string, EndLanes>();
  readonly #method: string;
  readonly #open: OpenLane;

  constructor(method: string, open: OpenLane) {
    this.#method = method;
    this.#open = open;
    this.started = open('started_rpcs', method);
    this.sentMessages = open('sent_messages_per_method', method);
    this.receivedMessages = open('received_messages_per_method', method);
    this.sentBytes = open('sent_bytes_per_method', method);
    this.receivedBytes = open('received_bytes_per_method', method);
  }

  ended(status: string): EndLanes {
    const known = this.#statuses.get(status);
    if (known !== undefined) return known;
    const lanes = new EndLanes((name) => this.#open(name, this.#method, status));
    this.#statuses.set(status, lanes);
    return lanes;
  }
}

/** What is recorded at the end of an RPC with one status. */
class EndLanes {
  readonly sentMessages: Lane;
  readonly receivedMessages: Lane;
  readonly sentBytes: Lane;
  readonly receivedBytes: Lane;
  readonly latency: Lane;
  readonly serverLatency: Lane;

  constructor(open: (name: LaneName) => Lane) {
    this.sentMessages = open('sent_messages_per_rpc');
    this.receivedMessages = open('received_messages_per_rpc');
    this.sentBytes = open('sent_bytes_per_rpc');
    this.receivedBytes = open('received_bytes_per_rpc');
    this.latency = open('latency');
    this.serverLatency = open('server_latency');
  }
}
