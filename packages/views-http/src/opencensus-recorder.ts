import { defaultStats, record, type Stats, type TagMap } from '@oriel/stats';
import { BoundRows } from './bound-rows.ts';
import { HostLabels } from './host-labels.ts';
import type { HttpExchange, HttpFailure, HttpRecorder } from './http-exchange.ts';
import { type HttpMeasures, httpClientMeasures, httpServerMeasures, httpTagKeys } from './http-measures.ts';
import type { PathLabels } from './path-labels.ts';
import { verbLabel } from './verb-label.ts';
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
  readonly measures: HttpMeasures;
  readonly demand: ViewDemand;
  readonly rows: BoundRows;
  readonly hosts: HostLabels;
}

/**
 * Records the OpenCensus measures of HTTP: bytes received and sent, and latency.
 *
 * Cost: without a view that wants path, host or tags of others, one look-up for all measures; nothing is allocated.
 */
export function openCensusRecorder(options: OpenCensusRecorderOptions = {}): HttpRecorder {
  const { stats = defaultStats(), labels } = options;
  const server = sideOf(stats, httpServerMeasures(stats), httpTagKeys.server, options);
  const client = sideOf(stats, httpClientMeasures(stats), httpTagKeys.client, options);
  return {
    server(exchange) {
      const method =
        labels === undefined ? verbLabel(exchange.method) : labels.verb(exchange.method, 'server');
      if (server.demand.needsMore) recordTags(server.measures, exchange, serverTags(exchange, method));
      else recordRow(server.rows, exchange, method, exchange.route);
    },
    client(exchange) {
      const method =
        labels === undefined ? verbLabel(exchange.method) : labels.verb(exchange.method, 'client');
      if (client.demand.needsMore) recordTags(client.measures, exchange, clientTags(exchange, method));
      else recordRow(client.rows, exchange, method, '');
    },
  };

  function serverTags(exchange: HttpExchange, method: string): Record<string, string> {
    const { server: keys } = httpTagKeys;
    return {
      [keys.method]: method,
      [keys.status]: String(statusLabel(exchange.status)),
      [keys.route]: exchange.route,
      [keys.path]: labels === undefined ? exchange.route : labels.server(exchange.path),
      [keys.host]: server.hosts.of(exchange.host),
    };
  }

  function clientTags(exchange: HttpExchange, method: string): Record<string, string> {
    const { client: keys } = httpTagKeys;
    return {
      [keys.method]: method,
      [keys.status]: String(statusLabel(exchange.status)),
      [keys.path]: labels === undefined ? '' : labels.client(exchange.path),
      [keys.host]: client.hosts.of(exchange.host),
    };
  }
}

function sideOf(
  stats: Stats,
  measures: HttpMeasures,
  keys: { readonly method: string; readonly status: string; readonly route?: string },
  { hosts, hostLimit = 100 }: OpenCensusRecorderOptions,
): Side {
  const { method, status, route } = keys;
  const plain = route === undefined ? [method, status] : [method, status, route];
  const all = [measures.receivedBytes, measures.sentBytes, measures.latency];
  return {
    measures,
    demand: new ViewDemand(stats, all, plain),
    rows: new BoundRows(measures, keys),
    hosts: new HostLabels(hosts, hostLimit),
  };
}

function recordRow(rows: BoundRows, exchange: HttpExchange, method: string, route: string): void {
  const row = rows.of(method, statusLabel(exchange.status), route);
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

// Three digits at most come over the wire; a handler may say anything.
function statusLabel(status: number | HttpFailure): number | string {
  return typeof status === 'string' || (status >= 100 && status <= 999) ? status : 'UNKNOWN';
}
