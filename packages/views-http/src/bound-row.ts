import type { BoundRecorder } from '@oriel/stats';
import type { HttpMeasures } from './http-measures.ts';
import { RowCache } from './row-cache.ts';

/** The three recorders of one set of tags. */
export interface BoundRow {
  readonly receivedBytes: BoundRecorder;
  readonly sentBytes: BoundRecorder;
  readonly latency: BoundRecorder;
}

/** Names of the tags that rows are kept by; without a route on the client. */
export interface RowKeys {
  readonly method: string;
  readonly status: string;
  readonly route?: string;
}

/** Recorders by method, status and route. */
export function boundRows(measures: HttpMeasures, keys: RowKeys): RowCache<BoundRow> {
  const { receivedBytes, sentBytes, latency } = measures;
  return new RowCache((method, status, route) => {
    const tags: Record<string, string | number> = { [keys.method]: method, [keys.status]: status };
    if (keys.route !== undefined) tags[keys.route] = route;
    return {
      receivedBytes: receivedBytes.bind(tags),
      sentBytes: sentBytes.bind(tags),
      latency: latency.bind(tags),
    };
  });
}
