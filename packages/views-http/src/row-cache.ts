const MOST_ROWS = 2000;

/**
 * What was made for a method, a status and a path or route, such as bound recorders, each looked up once.
 *
 * Shape: at most 2,000; with one more all are made anew as they are asked for, so that what came once does not stay.
 * Cost: three look-ups; none for the one asked for last.
 *
 * @example
 * const rows = new RowCache((method, status, route) => ({ method, status, route }));
 * assert.equal(rows.of('GET', 200, '/users/:id'), rows.of('GET', 200, '/users/:id'));
 */
export class RowCache<Row extends object> {
  readonly #make: (method: string, status: number | string, path: string) => Row;
  readonly #rows = new Map<string, Map<number | string, Map<string, Row>>>();
  #size = 0;
  // The last one, and what it was made for.
  #last: Row | undefined;
  #method = '';
  #status: number | string = '';
  #path = '';

  constructor(make: (method: string, status: number | string, path: string) => Row) {
    this.#make = make;
  }

  of(method: string, status: number | string, path: string): Row {
    const last = this.#last;
    if (last !== undefined && this.#method === method && this.#status === status && this.#path === path) {
      return last;
    }
    const row = this.#rows.get(path)?.get(status)?.get(method) ?? this.#add(method, status, path);
    this.#last = row;
    this.#method = method;
    this.#status = status;
    this.#path = path;
    return row;
  }

  #add(method: string, status: number | string, path: string): Row {
    if (this.#size >= MOST_ROWS) {
      this.#rows.clear();
      this.#size = 0;
    }
    const row = this.#make(method, status, path);
    childOf(childOf(this.#rows, path), status).set(method, row);
    this.#size++;
    return row;
  }
}

function childOf<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Map<L, V>();
  map.set(key, made);
  return made;
}
