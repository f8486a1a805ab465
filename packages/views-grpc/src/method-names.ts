/** Stands for all methods beyond the limit. */
export const OTHER_METHOD = '_OTHER';

/** Makes labels of request paths, and of any number of paths no more labels than the limit and one. */
export class MethodNames {
  readonly #limit: number;
  readonly #onFold: () => void;
  readonly #names = new Map<string, string>();

  /** `onFold` is told each time that a path beyond the limit comes. */
  constructor(limit: number, onFold: () => void) {
    this.#limit = limit;
    this.#onFold = onFold;
  }

  /** `package.Service/Method` of `/package.Service/Method`. Cost: a look-up for a path that came before. */
  of(path: string): string {
    return this.#names.get(path) ?? this.#add(path);
  }

  #add(path: string): string {
    if (this.#names.size >= this.#limit) {
      this.#onFold();
      return OTHER_METHOD;
    }
    const name = path.startsWith('/') ? path.slice(1) : path;
    this.#names.set(path, name);
    return name;
  }
}
