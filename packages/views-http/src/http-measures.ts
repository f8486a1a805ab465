import { defaultStats, type Measure, type Stats } from '@oriel/stats';

/** Tag keys of the HTTP measures, by what they say. */
export const httpTagKeys = {
  server: {
    method: 'http_server_method',
    route: 'http_server_route',
    status: 'http_server_status',
    path: 'http_server_path',
    host: 'http_server_host',
  },
  client: {
    method: 'http_client_method',
    status: 'http_client_status',
    path: 'http_client_path',
    host: 'http_client_host',
  },
} as const;

/** The three measures of one side. */
export interface HttpMeasures {
  readonly sentBytes: Measure;
  readonly receivedBytes: Measure;
  readonly latency: Measure;
}

/**
 * The server's measures `opencensus.io/http/server/…`; equal calls give the same ones.
 *
 * Source: OpenCensus, "HTTP Stats"; bytes are those on the wire, see the README.
 */
export function httpServerMeasures(stats: Stats = defaultStats()): HttpMeasures {
  return {
    receivedBytes: bytes(stats, 'server/received_bytes', 'Bytes of requests received, on the wire'),
    sentBytes: bytes(stats, 'server/sent_bytes', 'Bytes of responses sent, on the wire'),
    latency: stats.measureDouble({
      name: 'opencensus.io/http/server/server_latency',
      unit: 'ms',
      description: 'Time from a request received to its response sent',
    }),
  };
}

/** The client's measures `opencensus.io/http/client/…`; equal calls give the same ones. */
export function httpClientMeasures(stats: Stats = defaultStats()): HttpMeasures {
  return {
    sentBytes: bytes(stats, 'client/sent_bytes', 'Bytes of requests sent, on the wire'),
    receivedBytes: bytes(stats, 'client/received_bytes', 'Bytes of responses received, on the wire'),
    latency: stats.measureDouble({
      name: 'opencensus.io/http/client/roundtrip_latency',
      unit: 'ms',
      description: 'Time from a request made to its response received',
    }),
  };
}

function bytes(stats: Stats, name: string, description: string): Measure {
  return stats.measureInt64({ name: `opencensus.io/http/${name}`, unit: 'By', description });
}
