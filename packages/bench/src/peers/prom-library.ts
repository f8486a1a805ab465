import type * as PromClient from 'prom-client';

/** What `prom-client` and its successor `@prometheus-io/client` have in common. */
export type PromLibrary = Pick<
  typeof PromClient,
  'Counter' | 'Histogram' | 'Registry' | 'collectDefaultMetrics'
>;
