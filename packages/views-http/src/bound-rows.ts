import type { BoundRecorder } from '@oriel/stats';
import type { HttpMeasures } from './http-measures.ts';

/** The three recorders of one set of tags. */
export interface BoundRow {
  readonly method: string;
  readonly status: number | string;
  readonly route: string;
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

const MOST_ROWS = 2000;

/**
 * Recorders by method, status and route, each looked up once.
 *
 * Shape: at most 2,000 rows; beyond, a recorder is made for one recording, and what views make of so many routes is
 * their own limit.
 */
export class BoundRows {
  readonly #measures: HttpMeasures;
  readonly #keys: RowKeys;
  readonly #rows = new Map<string, Map<number | string, Map<string, BoundRow>>>();
  #last: BoundRow | undefined;
  #size = 0;

  constructor(measures: HttpMeasures, keys: RowKeys) {
    this.#measures = measures;
    this.#keys = keys;
  }

  /** The recorders of these tags. Cost: three look-ups; none if they are the last ones again. */
  of(method: string, status: number | string, route: string): BoundRow {
    const last = this.#last;
    if (last !== undefined && last.method === method && last.status === status && last.route === route) {
      return last;
    }
    this.#last = this.#rowOf(method, status, route);
    return this.#last;
  }

  #rowOf(method: string, status: number | string, route: string): BoundRow {
    return this.#rows.get(route)?.get(status)?.get(method) ?? this.#make(method, status, route);
  }

  #make(method: string, status: number | string, route: string): BoundRow {
    const row = this.#bind(method, status, route);
    if (this.#size >= MOST_ROWS) return row;
    this.#size++;
    const byStatus = childOf(this.#rows, route);
    const byMethod = childOf(byStatus, status);
    byMethod.set(method, row);
    return row;
  }

  #bind(method: string, status: number | string, route: string): BoundRow {
    const { method: methodKey, status: statusKey, route: routeKey } = this.#keys;
    const tags: Record<string, string | number> = { [methodKey]: method, [statusKey]: status };
    if (routeKey !== undefined) tags[routeKey] = route;
    const { receivedBytes, sentBytes, latency } = this.#measures;
    return {
      method,
      status,
      route,
      receivedBytes: receivedBytes.bind(tags),
      sentBytes: sentBytes.bind(tags),
      latency: latency.bind(tags),
    };
  }
}

function childOf<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<L, V>();
  map.set(key, made);
  return made;
}
