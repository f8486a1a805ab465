/** Reads one line of a page from left to right, and throws where it is not as the grammar has it. */
export class LineCursor {
  readonly #line: string;
  #place = 0;

  constructor(line: string) {
    this.#line = line;
  }

  at(text: string): boolean {
    return this.#line.startsWith(text, this.#place);
  }

  rest(): string {
    return this.#line.slice(this.#place);
  }

  /** A blank and what follows it up to the next one. */
  token(): string {
    this.#expect(' ');
    return this.#match(/[^ ]+/y);
  }

  series(): { name: string; labels: Map<string, string> } {
    let name = this.at('{') ? '' : this.#match(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
    const labels = new Map<string, string>();
    if (!this.at('{')) return { name, labels };
    this.#expect('{');
    if (name === '') name = this.#quoted();
    else this.#pair(labels);
    while (this.at(',')) {
      this.#expect(',');
      this.#pair(labels);
    }
    this.#expect('}');
    return { name, labels };
  }

  /** The labels of an exemplar, which may be none. */
  labels(): Map<string, string> {
    const labels = new Map<string, string>();
    this.#expect('{');
    while (!this.at('}')) {
      if (labels.size > 0) this.#expect(',');
      this.#pair(labels);
    }
    this.#expect('}');
    return labels;
  }

  #pair(labels: Map<string, string>): void {
    const name = this.at('"') ? this.#quoted() : this.#match(/[a-zA-Z_][a-zA-Z0-9_]*/y);
    this.#expect('=');
    if (labels.has(name)) throw new Error('a label stands twice');
    labels.set(name, this.#quoted());
  }

  #quoted(): string {
    return unescaped(this.#match(/"(?:[^"\\\n]|\\[\\"n])*"/y).slice(1, -1));
  }

  #expect(text: string): void {
    if (!this.at(text)) throw new Error(`"${text}" is missing at ${this.#place}`);
    this.#place += text.length;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#place;
    const found = pattern.exec(this.#line)?.[0];
    if (found === undefined) throw new Error(`${pattern.source} is missing at ${this.#place}`);
    this.#place += found.length;
    return found;
  }
}

/** A text without the backslashes that its page needed. */
export function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
