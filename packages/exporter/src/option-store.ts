import { optionInvalid } from './option-error.ts';
import {
  findOption,
  type OptionDefinition,
  type OptionName,
  type OptionValue,
  type OptionValues,
  optionTable,
} from './option-table.ts';

/** Where an option's value can come from, weakest first. */
const optionSources = ['default', 'code', 'file', 'environment', 'flags'] as const;

export type OptionSource = (typeof optionSources)[number];

/** A value and where it came from. */
export interface OptionEntry {
  readonly value: OptionValue;
  readonly source: OptionSource;
  /** Such as `flag --metrics-port` or `file "m.yaml", line 3, column 14`. */
  readonly where: string;
}

/**
 * Keeps what each source says about each option; the strongest source answers.
 *
 * The order in which sources are written does not matter: code < file < environment < flags.
 */
export class OptionStore {
  readonly #layers = new Map(optionSources.map((source) => [source, new Map<OptionName, OptionEntry>()]));

  entry(option: OptionDefinition): OptionEntry {
    for (const source of optionSources.toReversed()) {
      const entry = this.said(option, source);
      if (entry !== undefined) return entry;
    }
    return { value: option.default, source: 'default', where: 'default' };
  }

  value<N extends OptionName>(name: N): OptionValues[N] {
    // Every name of the type stands in the table.
    return this.entry(findOption(name)!).value as OptionValues[N];
  }

  /** Checks and keeps a value of the option's own type. */
  set(option: OptionDefinition, value: unknown, source: OptionSource, where: string): void {
    const kept = ownCopy(value);
    if (!option.accepts(kept)) throw optionInvalid(option, value, where);
    this.#layers.get(source)?.set(option.name, { value: kept, source, where });
  }

  /** Checks and keeps a value written as text, as flags and variables give it. */
  setText(option: OptionDefinition, text: string, source: OptionSource, where: string): void {
    const value = fromText(option, text);
    if (!option.accepts(value)) throw optionInvalid(option, text, where);
    this.set(option, value, source, where);
  }

  /** What one source says. */
  said(option: OptionDefinition, source: OptionSource): OptionEntry | undefined {
    return this.#layers.get(source)?.get(option.name);
  }

  /** Has a source say of an option what it says in another store. */
  adopt(option: OptionDefinition, source: OptionSource, other: OptionStore): void {
    const entry = other.said(option, source);
    if (entry === undefined) this.#layers.get(source)?.delete(option.name);
    else this.#layers.get(source)?.set(option.name, entry);
  }

  /** The same store again, to be changed apart. */
  copy(): OptionStore {
    const copy = new OptionStore();
    for (const option of optionTable) for (const source of optionSources) copy.adopt(option, source, this);
    return copy;
  }

  /** Writes several options: all of them, or when one is refused none. */
  together(write: (store: OptionStore) => void): void {
    write(new OptionStore());
    write(this);
  }

  /** Forgets what a source said. */
  clear(source: OptionSource): void {
    this.#layers.get(source)?.clear();
  }
}

// What cannot be converted stays text, so that the check refuses it.
function fromText(option: OptionDefinition, text: string): unknown {
  const trimmed = text.trim();
  switch (option.kind) {
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[trimmed.toLowerCase()] ?? text;
    case 'integer':
      return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : text;
    case 'list':
      return trimmed === '' ? [] : trimmed.split(',').map((part) => part.trim());
    case 'string':
      return text;
  }
}

// Frozen before it is checked, so that nobody changes it behind the check.
function ownCopy(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze([...value]) : value;
}
