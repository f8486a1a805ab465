import { defaultStats, record, type Stats, type TagMap } from '@oriel/stats';
import { type BoundRow, boundRows, type RowKeys } from './bound-row.ts';
import { FoldedLabels } from './folded-labels.ts';
import { HostLabels } from './host-labels.ts';
import type { HttpExchange, HttpFailure, HttpRecorder } from './http-exchange.ts';
import { type HttpMeasures, httpClientMeasures, httpServerMeasures, httpTagKeys } from './http-measures.ts';
import type { HttpSide } from './path-folds.ts';
import type { PathLabels } from './path-labels.ts';
import type { RowCache } from './row-cache.ts';
import { UNKNOWN_VERB, verbLabel } from './verb-label.ts';
import { ViewDemand } from './view-demand.ts';

export interface OpenCensusRecorderOptions {
  /** Whose measures are recorded. Default: `defaultStats()`. */
  readonly stats?: Stats;
  /**
   * What becomes of paths, in the tags `http_server_path` and `http_client_path`, and of verbs.
   * Default: the path is the route on a server and empty on a client; a verb that HTTP has not is `UNKNOWN`.
   */
  readonly labels?: PathLabels;
  /** Hosts that get a label of their own; the others are `__overflow__`. Default: the first `hostLimit`. */
  readonly hosts?: readonly string[];
  /** Default: 100 on each side. */
  readonly hostLimit?: number;
}

interface Side {
  readonly side: HttpSide;
  readonly measures: HttpMeasures;
  readonly demand: ViewDemand;
  readonly rows: RowCache<BoundRow>;
  readonly hosts: HostLabels;
  readonly folded: FoldedLabels<'method' | 'status' | 'host'>;
}

/**
 * Records the OpenCensus measures of HTTP: bytes received and sent, and latency.
 *
 * Cost: without a view that wants path, host or tags of others, one look-up for all measures; nothing is allocated.
 */
export function openCensusRecorder(options: OpenCensusRecorderOptions = {}): HttpRecorder {
  const { stats = defaultStats(), labels } = options;
  const server = sideOf('server', stats, httpServerMeasures(stats), httpTagKeys.server, options);
  const client = sideOf('client', stats, httpClientMeasures(stats), httpTagKeys.client, options);
  return {
    server(exchange) {
      const method = methodLabel(exchange.method, server, labels);
      const status = statusLabel(exchange.status, server);
      if (server.demand.needsMore)
        recordTags(server.measures, exchange, serverTags(exchange, method, status));
      else recordRow(server.rows.of(method, status, exchange.route), exchange);
    },
    client(exchange) {
      const method = methodLabel(exchange.method, client, labels);
      const status = statusLabel(exchange.status, client);
      if (client.demand.needsMore)
        recordTags(client.measures, exchange, clientTags(exchange, method, status));
      else recordRow(client.rows.of(method, status, ''), exchange);
    },
  };

  function serverTags(exchange: HttpExchange, method: string, status: Status): Record<string, string> {
    const { server: keys } = httpTagKeys;
    return {
      [keys.method]: method,
      [keys.status]: `${status}`,
      [keys.route]: exchange.route,
      [keys.path]: labels === undefined ? exchange.route : labels.server(exchange.path),
      [keys.host]: server.hosts.of(exchange.host),
    };
  }

  function clientTags(exchange: HttpExchange, method: string, status: Status): Record<string, string> {
    const { client: keys } = httpTagKeys;
    return {
      [keys.method]: method,
      [keys.status]: `${status}`,
      [keys.path]: labels === undefined ? '' : labels.client(exchange.path),
      [keys.host]: client.hosts.of(exchange.host),
    };
  }
}

type Status = number | string;

function sideOf(
  side: HttpSide,
  stats: Stats,
  measures: HttpMeasures,
  keys: RowKeys & { readonly host: string },
  { hosts, hostLimit = 100 }: OpenCensusRecorderOptions,
): Side {
  const { method, status, route, host } = keys;
  const folded = new FoldedLabels(stats, measures.latency.name, { method, status, host });
  const plain = route === undefined ? [method, status] : [method, status, route];
  const all = [measures.receivedBytes, measures.sentBytes, measures.latency];
  return {
    side,
    measures,
    demand: new ViewDemand(stats, all, plain),
    rows: boundRows(measures, keys),
    hosts: new HostLabels(hosts, hostLimit, () => folded.add('host')),
    folded,
  };
}

function recordRow(row: BoundRow, exchange: HttpExchange): void {
  row.receivedBytes.record(exchange.receivedBytes);
  row.sentBytes.record(exchange.sentBytes);
  row.latency.record(exchange.latencyMs);
}

// What came with the request is laid under what is known of it.
function recordTags(measures: HttpMeasures, exchange: HttpExchange, own: Record<string, string>): void {
  const tags: TagMap | Record<string, string> = exchange.tags.size === 0 ? own : exchange.tags.apply(own);
  record(
    [
      measures.receivedBytes.m(exchange.receivedBytes),
      measures.sentBytes.m(exchange.sentBytes),
      measures.latency.m(exchange.latencyMs),
    ],
    tags,
  );
}

// Labels of the operator count by themselves what they fold.
function methodLabel(method: string, side: Side, labels: PathLabels | undefined): string {
  if (labels !== undefined) return labels.verb(method, side.side);
  const label = verbLabel(method);
  if (label === UNKNOWN_VERB) side.folded.add('method');
  return label;
}

// Three digits at most come over the wire; a handler may say anything.
function statusLabel(status: number | HttpFailure, { folded }: Side): Status {
  if (typeof status === 'string' || (status >= 100 && status <= 999)) return status;
  folded.add('status');
  return 'UNKNOWN';
}
