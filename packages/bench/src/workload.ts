/** What all peers record: the same tags and the same numbers. */

/** Upper bounds of OpenCensus's HTTP latency distributions, in milliseconds. */
export const latencyBounds: readonly number[] = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650,
  800, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000,
];

/** Eleven bounds, so twelve buckets with +Inf, in seconds. */
export const pageBounds: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Tuple = { readonly method: string; readonly route: string; readonly status: string };

export const labelNames = ['method', 'route', 'status'] as const;

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const statuses = ['200', '201', '404', '500'];
const routes = ['/v1.0/state/orders', '/v1.0/invoke/inventory', '/v1.0/publish/events'];

/** 48 tuples of literals; their objects are read, never handed on. */
export const tuples: readonly Tuple[] = methods
  .slice(0, 4)
  .flatMap((method) => routes.flatMap((route) => statuses.map((status) => ({ method, route, status }))));

const VALUES = 4096;
export const valueMask: number = VALUES - 1;

/** Latencies in milliseconds, spread evenly over the orders of magnitude from 0.5 to 50 000; `i & valueMask`. */
export const latencies: Float64Array = Float64Array.from(
  randoms(VALUES, 1),
  (random) => 0.5 * 10 ** (random * 5),
);

/** Labels of many series: few methods and statuses, and as many routes as there are. */
export function tupleOf(series: number, routeTexts: readonly string[], seriesPerRoute = 20): Tuple {
  return {
    method: methods[series % 5],
    status: statuses[Math.floor(series / 5) % 4],
    route: routeTexts[Math.floor(series / seriesPerRoute)],
  };
}

/** Routes for that many series; flat strings, as they come from a socket. */
export function routesFor(series: number, seriesPerRoute = 20): string[] {
  return Array.from({ length: Math.ceil(series / seriesPerRoute) }, (_, i) =>
    Buffer.from(`/v1.0/state/orders/${String(i).padStart(6, '0')}`).toString('latin1'),
  );
}

/** Numbers from 0 up to 1, the same in every run. Source: mulberry32. */
export function randoms(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  });
}
