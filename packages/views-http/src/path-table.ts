import { labelValue, OVERFLOW_LABEL_VALUE, ownCopy, RecentCache } from '@oriel/metrics';
import { pathOf } from './http-exchange.ts';
import type { PathDialect } from './path-dialect.ts';
import type { FoldCause } from './path-folds.ts';
import { type PathPattern, parsePattern, withoutSlashRuns } from './path-pattern.ts';
import type { PathRules } from './path-rules.ts';
import { PathTrie } from './path-trie.ts';

/** The label of a path, and why it is shared with other paths, if it is. */
export interface PathVerdict {
  readonly label: string;
  readonly fold: FoldCause | undefined;
}

// The longest path that is kept or counts as one: what is longer is worked out anew each time.
const KEPT_LENGTH = 256;

const empty: PathVerdict = { label: '', fold: undefined };
const unmatched: PathVerdict = { label: '', fold: 'path_unmatched' };
const beyondLimit: PathVerdict = { label: OVERFLOW_LABEL_VALUE, fold: 'path_limit' };
const tooLong: PathVerdict = { label: OVERFLOW_LABEL_VALUE, fold: 'path_too_long' };

/**
 * One set of rules, ready to be asked for labels.
 *
 * Cost: a look-up in a map for a path that was asked for lately, otherwise linear in the path.
 */
export class PathTable {
  readonly #rules: PathRules;
  readonly #dialect: PathDialect;
  readonly #static: ReadonlyMap<string, PathVerdict>;
  readonly #trie: PathTrie | undefined;
  // The paths that are labels of their own; it outlives the table, so that no reload makes room for more.
  readonly #admitted: Set<string>;
  readonly #cache = new RecentCache<PathVerdict>({ texts: 1024, longest: KEPT_LENGTH });

  constructor(
    rules: PathRules,
    patterns: readonly PathPattern[],
    dialect: PathDialect,
    admitted: Set<string>,
  ) {
    this.#rules = rules;
    this.#dialect = dialect;
    this.#static = new Map(dialect.staticPaths.map((label) => [label, { label, fold: undefined }]));
    this.#trie = patterns.length === 0 ? undefined : trieOf(patterns, dialect.prefixes);
    this.#admitted = admitted;
  }

  get cachedPaths(): number {
    return this.#cache.size;
  }

  /** The label of a request that is sent. */
  client(path: string): PathVerdict {
    const key = pathOf(path);
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const verdict = this.#evaluate(key);
    this.#cache.set(key, verdict);
    return verdict;
  }

  /** The label of a request that is answered: as the client's, but that nothing is known of paths without patterns. */
  server(path: string): PathVerdict {
    if (this.#trie !== undefined || this.#rules.increasedCardinality) return this.client(path);
    return path === '' ? empty : unmatched;
  }

  #evaluate(given: string): PathVerdict {
    const path = withoutSlashRuns(given);
    if (path === '') return empty;
    const known = this.#static.get(path);
    if (known !== undefined) return known;
    const masked = this.#dialect.mask(path);
    const pattern = this.#match(path, masked);
    if (pattern !== undefined) return { label: pattern, fold: undefined };
    return this.#rules.increasedCardinality ? this.#admit(masked) : unmatched;
  }

  // A pattern for the path itself, else for what is left of it without ids, else the one for all paths.
  #match(path: string, masked: string): string | undefined {
    const trie = this.#trie;
    if (trie === undefined) return undefined;
    const found = trie.match(path);
    if (found !== trie.catchAll || masked === path) return found;
    return trie.match(withoutSlashRuns(masked));
  }

  #admit(path: string): PathVerdict {
    if (path.length > KEPT_LENGTH) return tooLong;
    const own = ownCopy(path);
    if (!this.#admitted.has(own)) {
      if (this.#admitted.size >= this.#rules.pathLimit) return beyondLimit;
      this.#admitted.add(own);
    }
    return { label: labelValue(own) ?? '', fold: undefined };
  }
}

function trieOf(patterns: readonly PathPattern[], prefixes: readonly string[]): PathTrie {
  const trie = new PathTrie();
  for (const pattern of patterns) trie.add(pattern);
  // After all that were written, as those are first where two are alike.
  for (const prefix of prefixes) {
    const head = prefix.slice(0, `${prefix}{`.indexOf('{'));
    for (const pattern of patterns) {
      if (!pattern.text.startsWith(head)) trie.add(behind(prefix, pattern));
    }
  }
  return trie;
}

// Names that stand twice do no harm here: nobody asks for what a wildcard matched.
function behind(prefix: string, { text, segments }: PathPattern): PathPattern {
  const parsed = parsePattern(prefix);
  return { text: prefix + text, segments: 'cure' in parsed ? segments : [...parsed.segments, ...segments] };
}
