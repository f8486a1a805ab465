import type { IncomingMessage, ServerResponse } from 'node:http';
import { ExpressRoutes, type RoutedRequest } from './express-routes.ts';
import { type RouteTeller, setRouteTeller } from './http-route.ts';
import { ResponseWatch, type RouteMetricsOptions } from './response-watch.ts';

/** Middleware as Express calls it. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Middleware that gives requests the pattern of their route in Express, mounts included: `/api/users/:id`.
 *
 * Shape: to be used by the outermost app, before its routes. Requests that `instrumentHttp` does not measure it
 * measures itself.
 */
export function expressMetrics(options: RouteMetricsOptions = {}): ExpressMiddleware {
  const watch = new ResponseWatch(options);
  const tellers = new WeakMap<object, RouteTeller>();
  const tellerOf = (app: object): RouteTeller => {
    const known = tellers.get(app);
    if (known !== undefined) return known;
    const routes = new ExpressRoutes(app);
    const teller: RouteTeller = (request) => routes.patternOf(request as RoutedRequest);
    tellers.set(app, teller);
    return teller;
  };
  return (request, response, next) => {
    const { app } = request as RoutedRequest;
    if (typeof app === 'function') setRouteTeller(request, tellerOf(app));
    watch.begin(request, response);
    next();
  };
}
