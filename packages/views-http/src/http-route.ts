// By name, so that two installed copies read each other's routes.
const routeKey: symbol = Symbol.for('oriel.http.route');

/** Tells a route when it is asked for, which is when the response ends. */
export type RouteTeller = (request: object) => string;

type Routed = Record<symbol, string | RouteTeller | undefined>;

/**
 * Says which of a server's routes a request took, as the pattern: `/users/:id`, never the path itself.
 *
 * Shape: call it any time before the response ends; the last call counts. Every pattern is a series.
 * Never throws: what is no request or no string is left alone.
 *
 * @example
 * import { createServer } from 'node:http';
 *
 * const server = createServer((request, response) => {
 *   setRoute(request, '/users/:id');
 *   response.end();
 * });
 * assert.equal(server.listening, false);
 */
export function setRoute(request: object, pattern: string): void {
  if (typeof pattern === 'string') put(request, pattern);
}

/** As {@link setRoute}, with a pattern that is known only later. */
export function setRouteTeller(request: object, teller: RouteTeller): void {
  put(request, teller);
}

/** The pattern a request was given by {@link setRoute}; empty if none. */
export function routeOf(request: object): string {
  const route = (request as Routed)[routeKey];
  if (route === undefined || typeof route === 'string') return route ?? '';
  try {
    return route(request);
  } catch {
    return '';
  }
}

function put(request: object, route: string | RouteTeller): void {
  if (typeof request !== 'object' || request === null) return;
  Reflect.set(request, routeKey, route);
  // What stands for a request of HTTP/2 is measured as its stream.
  const { stream } = request as { readonly stream?: unknown };
  if (typeof stream !== 'object' || stream === null) return;
  Reflect.set(stream, routeKey, typeof route === 'string' ? route : () => route(request));
}
