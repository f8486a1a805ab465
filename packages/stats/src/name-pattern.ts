/** A name as it stands, or one in which each `*` stands for any characters. */
export class NamePattern {
  readonly text: string;
  readonly #parts: readonly string[];

  constructor(text: string) {
    this.text = text;
    this.#parts = text.split('*');
  }

  /** Whether it can mean one name only. */
  get exact(): boolean {
    return this.#parts.length === 1;
  }

  /** Cost: linear in the name for each `*`; nothing is tried twice. */
  matches(name: string): boolean {
    if (this.exact) return name === this.text;
    const first = this.#parts[0];
    const last = this.#parts.at(-1) ?? '';
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
      return false;
    let at = first.length;
    for (const part of this.#parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= name.length - last.length;
  }
}

/** A name with `_` for all that is neither letter nor digit, as a page may show it. */
function plainName(name: string): string {
  return name.replace(/[^a-zA-Z0-9*]/g, '_');
}

/**
 * What a rule's name can mean: the name itself, and with `_` for other characters, with and without the namespace.
 *
 * Source: Dapr, `spec.metrics.rules`.
 */
export class MetricName {
  readonly #patterns: readonly NamePattern[];

  constructor(written: string, namespace: string) {
    const plain = plainName(written);
    const prefix = `${plainName(namespace)}_`;
    const shorter = namespace !== '' && plain.startsWith(prefix) ? [plain.slice(prefix.length)] : [];
    this.#patterns = [plain, ...shorter].map((text) => new NamePattern(text));
  }

  matches(name: string): boolean {
    const plain = plainName(name);
    return this.#patterns.some((pattern) => pattern.matches(plain));
  }
}
