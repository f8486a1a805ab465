import { Registry } from '@oriel/metrics';
import { Stats, TagMap } from '@oriel/stats';
import { type HttpExchange, httpServerViews, openCensusRecorder } from '@oriel/views-http';
import type { TimedSession } from '../case.ts';
import { latencies, tuples, valueMask } from '../workload.ts';

/** Requests that are over, handed to the recorder as the instrumentation hands them. */
export function ended(): TimedSession {
  const stats = new Stats({ registry: new Registry() });
  stats.registerViews(...httpServerViews(stats));
  const recorder = openCensusRecorder({ stats });
  const exchanges = tuples.map(exchangeOf);
  let at = 0;
  return {
    run(n) {
      for (let i = 0; i < n; i++) {
        at = at === exchanges.length - 1 ? 0 : at + 1;
        const exchange = exchanges[at];
        exchange.latencyMs = latencies[i & valueMask];
        recorder.server?.(exchange);
      }
    },
    arrived() {
      const rows = stats.retrieveData('opencensus.io/http/server/completed_count');
      return rows.reduce((sum, { value }) => sum + value, 0);
    },
  };
}

function exchangeOf({
  method,
  route,
  status,
}: (typeof tuples)[number]): HttpExchange & { latencyMs: number } {
  return {
    side: 'server',
    protocol: 'http',
    method,
    target: route,
    path: route,
    host: 'localhost',
    localPort: 80,
    tags: TagMap.empty,
    route,
    status: Number(status),
    statusCode: Number(status),
    latencyMs: 0,
    receivedBytes: 180,
    sentBytes: 2200,
    requestBodyBytes: 0,
    responseBodyBytes: 2000,
    upgraded: false,
  };
}
