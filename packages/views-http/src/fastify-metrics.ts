import type { IncomingMessage, ServerResponse } from 'node:http';
import { setRoute } from './http-route.ts';
import { ResponseWatch, type RouteMetricsOptions } from './response-watch.ts';

/** What the plugin asks of Fastify. */
export interface FastifyHost {
  addHook(
    name: 'onRequest',
    hook: (
      request: { readonly raw: unknown; readonly routeOptions: { readonly url?: string | undefined } },
      reply: { readonly raw: unknown },
      done: () => void,
    ) => void,
  ): unknown;
}

/** A plugin as Fastify registers it. */
export type FastifyMetricsPlugin = (
  instance: FastifyHost,
  options: RouteMetricsOptions,
  done: (error?: Error) => void,
) => void;

/**
 * Plugin that gives requests the pattern of their route in Fastify, prefixes included: `/api/users/:id`.
 *
 * Shape: to be registered before the routes; it holds for all of them, wherever they are. Requests that
 * `instrumentHttp` does not measure it measures itself.
 */
export const fastifyMetrics: FastifyMetricsPlugin = Object.assign(register, {
  // As fastify-plugin has it: the hook is for the instance that registers, not for a child of it.
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'oriel-metrics',
});

function register(instance: FastifyHost, options: RouteMetricsOptions, done: (error?: Error) => void): void {
  const watch = new ResponseWatch(options);
  instance.addHook('onRequest', ({ raw, routeOptions }, reply, next) => {
    if (routeOptions.url !== undefined) setRoute(raw as IncomingMessage, routeOptions.url);
    watch.begin(raw as IncomingMessage, reply.raw as ServerResponse);
    next();
  });
  done();
}
