/** Something that works as long as anybody holds it. */
export interface Running<T> {
  readonly value: T;
  end(): void;
}

interface Entry {
  readonly running: Running<unknown>;
  holders: number;
}

const entries = new WeakMap<object, Map<string, Entry>>();

/**
 * Holds what has this name in its owner, a `Stats` or a registry: begun by the first holder, ended by the last.
 *
 * So two runtimes on one `Stats`, as while one takes over from another, do not end each other's views.
 */
export function hold<T>(owner: object, name: string, begin: () => Running<T>): Running<T> {
  const own = entries.get(owner) ?? new Map<string, Entry>();
  entries.set(owner, own);
  const entry: Entry = own.get(name) ?? { running: begin(), holders: 0 };
  own.set(name, entry);
  entry.holders++;
  let holding = true;
  return {
    value: entry.running.value as T,
    end() {
      if (!holding) return;
      holding = false;
      entry.holders--;
      if (entry.holders > 0) return;
      own.delete(name);
      entry.running.end();
    },
  };
}
