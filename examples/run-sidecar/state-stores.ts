import { stateKeys, stateOperations } from './metrics.ts';

export interface StateStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): boolean;
}

/** Named stores that live as long as the process; every operation is recorded. */
export class StateStores {
  readonly #stores: ReadonlyMap<string, MeasuredStore>;

  constructor(...names: readonly string[]) {
    this.#stores = new Map(names.map((name) => [name, new MeasuredStore(name)]));
  }

  store(name: string): StateStore | undefined {
    return this.#stores.get(name);
  }
}

class MeasuredStore implements StateStore {
  readonly #name: string;
  readonly #values = new Map<string, string>();

  constructor(name: string) {
    this.#name = name;
  }

  get(key: string): string | undefined {
    const value = this.#values.get(key);
    this.#record('get', value !== undefined);
    return value;
  }

  set(key: string, value: string): void {
    this.#values.set(key, value);
    this.#record('set', true);
  }

  delete(key: string): boolean {
    const deleted = this.#values.delete(key);
    this.#record('delete', deleted);
    return deleted;
  }

  #record(operation: string, success: boolean): void {
    stateOperations.record(1, { store: this.#name, operation, success });
    stateKeys.record(this.#values.size, { store: this.#name });
  }
}
