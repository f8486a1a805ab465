import {
  type Aggregation,
  count,
  distribution,
  type Measure,
  type Stats,
  type View,
  view,
} from '@oriel/stats';
import { type HttpMeasures, httpClientMeasures, httpServerMeasures, httpTagKeys } from './http-measures.ts';

/** Bounds of the views of bytes. */
export const HTTP_SIZE_BOUNDS: readonly number[] = [
  1024, 2048, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456,
  1_073_741_824, 4_294_967_296,
];

/** Bounds of the views of latency, in milliseconds. */
export const HTTP_LATENCY_BOUNDS: readonly number[] = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650,
  800, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
];

/**
 * The server's default views: received bytes, sent bytes, latency and completed requests, by method, route, status.
 *
 * Default: on the measures of `defaultStats()`.
 * Source: OpenCensus, "HTTP Stats", default views.
 */
export function httpServerViews(stats?: Stats): readonly View[] {
  const { method, route, status } = httpTagKeys.server;
  return defaultViews('server', httpServerMeasures(stats), [method, route, status]);
}

/** The client's default views: sent bytes, received bytes, latency and completed requests, by method and status. */
export function httpClientViews(stats?: Stats): readonly View[] {
  const { method, status } = httpTagKeys.client;
  return defaultViews('client', httpClientMeasures(stats), [method, status]);
}

/**
 * All default views of HTTP, for `registerViews`.
 *
 * @example
 * const stats = new Stats({ registry: new Registry() });
 * stats.registerViews(...httpViews(stats));
 * assert.equal(stats.views().length, 8);
 * import { Registry } from '@oriel/metrics';
 * import { Stats } from '@oriel/stats';
 */
export function httpViews(stats?: Stats): readonly View[] {
  return [...httpServerViews(stats), ...httpClientViews(stats)];
}

function defaultViews(
  side: 'server' | 'client',
  { receivedBytes, sentBytes, latency }: HttpMeasures,
  tagKeys: readonly string[],
): View[] {
  const make = (measure: Measure, aggregation: Aggregation, name = '', description = ''): View =>
    view({ name, description, measure, tagKeys, aggregation });
  const sizes = distribution(HTTP_SIZE_BOUNDS);
  return [
    make(receivedBytes, sizes),
    make(sentBytes, sizes),
    make(latency, distribution(HTTP_LATENCY_BOUNDS)),
    make(latency, count(), `opencensus.io/http/${side}/completed_count`, 'Requests completed'),
  ];
}
