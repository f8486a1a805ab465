import { LABEL_VALUE_LIMIT, labelValue, RecentCache } from '@oriel/metrics';
import type { LabelReplacer } from './label-replacer.ts';

/** What becomes of one label value. */
export interface Rewritten {
  readonly text: string;
  /** Whether it was cut or mended, and ends in a hash. */
  readonly mended: boolean;
}

/** The shortest limit of values that leaves room for a hash and something before it. */
export const SHORTEST_VALUE_LIMIT = 32;

/**
 * Rewrites the values of one label: replacers in order, then the limit of the length.
 *
 * Cost: the replacers run once for each distinct value, then it is a look-up in a bounded cache.
 */
export class ValueRewriter {
  /** Equal for rewriters that do the same. */
  readonly key: string;
  /** Whether it leaves alone whatever came out of it, so that a row can be looked up by the value as it was given. */
  readonly settles: boolean;
  readonly #replacers: readonly LabelReplacer[];
  readonly #limit: number;
  readonly #cache = new RecentCache<Rewritten>({ texts: 8192, longest: LABEL_VALUE_LIMIT });

  constructor(replacers: readonly LabelReplacer[], limit: number = LABEL_VALUE_LIMIT) {
    this.#replacers = replacers;
    this.#limit = limit;
    this.settles = replacers.length === 0;
    this.key = JSON.stringify([limit, ...replacers.map(({ pattern, template }) => [pattern, template])]);
  }

  /** What a text becomes, if it was asked for lately and was not cut; else `undefined`. */
  known(text: string): string | undefined {
    if (text === '') return text;
    const known = this.#cache.get(text);
    return known === undefined || known.mended ? undefined : known.text;
  }

  /** `undefined` for what cannot be a label value. No value at all stays none: rules do not see it. */
  rewrite(value: unknown): Rewritten | undefined {
    const known = typeof value === 'string' ? this.#cache.get(value) : undefined;
    if (known !== undefined) return known;
    const text = labelValue(value);
    if (text === undefined) return undefined;
    if (text === '') return NOTHING;
    const mended = typeof value === 'string' && value !== text;
    // Under the mended text: the one that was given may have any length.
    const rewritten = this.#cache.get(text) ?? this.#keep(text);
    return mended ? { text: rewritten.text, mended } : rewritten;
  }

  #keep(text: string): Rewritten {
    let replaced = text;
    for (const replacer of this.#replacers) replaced = replacer.replace(replaced);
    const cut = cutTo(this.#limit, replaced);
    const rewritten = { text: cut, mended: cut !== replaced };
    this.#cache.set(text, rewritten);
    return rewritten;
  }
}

const NOTHING: Rewritten = { text: '', mended: false };
const HASH_LENGTH = 17;
const LONG = ' '.repeat(LABEL_VALUE_LIMIT);

// What is too long for any label value ends in a hash of the whole; here it is made so and the hash is taken.
function cutTo(limit: number, text: string): string {
  if (text.length <= limit) return text;
  const hash = (labelValue(LONG + text) ?? '').slice(-HASH_LENGTH);
  return text.slice(0, limit - HASH_LENGTH).toWellFormed() + hash;
}
