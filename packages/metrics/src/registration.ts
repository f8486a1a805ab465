import type { Collector } from './collector.ts';
import type { Desc } from './desc.ts';
import { MetricsError, type MetricsErrorCode } from './error.ts';
import { quote } from './names.ts';
import { sampleNames } from './sample-names.ts';

interface Entry {
  readonly collector: Collector;
  readonly descs: readonly Desc[];
}

/** Which collectors are registered and which descriptors they hold: the rules of `register`. */
export class Registration {
  readonly #entries = new Map<string, Entry>();
  readonly #unchecked: Collector[] = [];
  readonly #ids = new Map<string, Desc>();
  /** By name. Kept after a collector has gone, unless it is released. */
  readonly #dimensions = new Map<string, string>();
  readonly #sampleOwners = new Map<string, string>();

  /** Checked collectors, then unchecked ones, in the order of registration. */
  *collectors(): Generator<Collector> {
    for (const entry of this.#entries.values()) yield entry.collector;
    yield* this.#unchecked;
  }

  /** The registered descriptor of this id. */
  find(id: string): Desc | undefined {
    return this.#ids.get(id);
  }

  /** Checks everything, then keeps everything. Unchecked collectors are always kept. */
  add(collector: Collector): void {
    const descs = descsOf(collector);
    if (descs.length === 0) {
      this.#unchecked.push(collector);
      return;
    }
    const fresh = new Map<string, string>();
    for (const desc of descs) this.#checkDimensions(desc, fresh);
    const key = keyOf(descs);
    this.#checkTaken(collector, descs, key);
    this.#checkSamples(descs);
    this.#keep(key, { collector, descs });
  }

  /** Takes off the collector with the same descriptors; `release` also frees its names for other shapes. */
  remove(collector: Collector, release: boolean): Collector | undefined {
    const key = keyOfAny(collector);
    const entry = key === undefined ? undefined : this.#entries.get(key);
    if (key === undefined || entry === undefined) return undefined;
    this.#entries.delete(key);
    for (const desc of entry.descs) this.#ids.delete(desc.id);
    const still = new Set([...this.#ids.values()].map((desc) => desc.name));
    for (const desc of entry.descs.filter(({ name }) => !still.has(name))) this.#forget(desc, release);
    return entry.collector;
  }

  #forget(desc: Desc, release: boolean): void {
    if (release) this.#dimensions.delete(desc.name);
    for (const sample of sampleNames(desc.name, desc.type)) {
      if (this.#sampleOwners.get(sample) === desc.name) this.#sampleOwners.delete(sample);
    }
  }

  #checkDimensions(desc: Desc, fresh: Map<string, string>): void {
    const known = this.#dimensions.get(desc.name) ?? fresh.get(desc.name);
    if (known !== undefined && known !== desc.dimensions) {
      const what = `the name is known as ${shape(known)}, not ${shape(desc.dimensions)}`;
      throw refusal('INCONSISTENT_DESCRIPTOR', desc, `${what}; use the same or another name`);
    }
    fresh.set(desc.name, desc.dimensions);
  }

  #checkTaken(collector: Collector, descs: readonly Desc[], key: string): void {
    const equal = this.#entries.get(key);
    if (equal !== undefined) {
      throw refusal(
        'ALREADY_REGISTERED',
        descs[0],
        'an equal collector is registered; use it, see details.existing',
        {
          existing: unwrapped(equal.collector),
          rejected: collector,
        },
      );
    }
    const taken = descs.find((desc) => this.#ids.has(desc.id));
    if (taken === undefined) return;
    throw refusal(
      'DUPLICATE_DESCRIPTOR',
      taken,
      'another collector has this descriptor; use another name or constant label',
    );
  }

  #checkSamples(descs: readonly Desc[]): void {
    const fresh = new Map<string, string>();
    for (const desc of descs) {
      for (const sample of sampleNames(desc.name, desc.type)) {
        const owner = this.#sampleOwners.get(sample) ?? fresh.get(sample) ?? desc.name;
        fresh.set(sample, desc.name);
        if (owner === desc.name) continue;
        const what = `it writes samples "${sample}", as metric "${owner}" does; use another name`;
        throw refusal('SUFFIX_COLLISION', desc, what);
      }
    }
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    for (const desc of entry.descs) {
      this.#ids.set(desc.id, desc);
      this.#dimensions.set(desc.name, desc.dimensions);
      for (const sample of sampleNames(desc.name, desc.type)) this.#sampleOwners.set(sample, desc.name);
    }
  }
}

/** Under it a wrapper of a collector keeps what it wraps, so that errors and look-ups can show the original. */
export const WRAPPED: unique symbol = Symbol('wrapped');

/** The collector under all wrappers. */
export function unwrapped(collector: Collector & { readonly [WRAPPED]?: Collector }): Collector {
  const inner = collector?.[WRAPPED];
  return inner === undefined ? collector : unwrapped(inner);
}

function descsOf(collector: Collector): readonly Desc[] {
  if (typeof collector?.describe !== 'function' || typeof collector.collect !== 'function') {
    throw notRegistered(`${quote(collector)} has no describe() and collect(); pass a Collector`);
  }
  const descs = [...collector.describe()];
  const wrong = descs.find((desc) => typeof desc?.id !== 'string' || typeof desc.dimensions !== 'string');
  if (wrong === undefined) return descs;
  throw notRegistered(`describe() gave ${quote(wrong)}; it must give Desc objects`);
}

function notRegistered(what: string): MetricsError {
  return new MetricsError('ARGUMENT_INVALID', { message: `Cannot register collector: ${what}` });
}

// A collector that cannot tell what it is cannot be registered.
function keyOfAny(collector: Collector): string | undefined {
  try {
    return keyOf([...collector.describe()]);
  } catch {
    return undefined;
  }
}

function keyOf(descs: readonly Desc[]): string {
  return [...new Set(descs.map((desc) => desc.id))].sort().join('\n');
}

function shape(dimensions: string): string {
  const [help, unit, type, constNames, labelNames] = JSON.parse(dimensions);
  return `${type} with help "${help}", unit "${unit}", labels [${[...constNames, ...labelNames].join(', ')}]`;
}

function refusal(
  code: MetricsErrorCode,
  desc: Desc,
  what: string,
  details: Record<string, unknown> = {},
): MetricsError {
  return new MetricsError(code, {
    message: `Cannot register ${desc.type} "${desc.name}": ${what}`,
    details: { metric: desc.name, ...details },
  });
}
