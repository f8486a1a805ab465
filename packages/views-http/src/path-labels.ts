import { type Collector, MetricsError, quote } from '@oriel/metrics';
import { type PathDialect, plainPaths } from './path-dialect.ts';
import { FoldCounter, type HttpSide } from './path-folds.ts';
import { type PatternFault, parsePattern } from './path-pattern.ts';
import { type PathRules, readPathRules } from './path-rules.ts';
import { PathTable, type PathVerdict } from './path-table.ts';
import { UNKNOWN_VERB, verbLabel } from './verb-label.ts';

export interface PathLabelsOptions extends Partial<PathRules> {
  /** What is known of paths beforehand. Default: nothing; `daprPaths` for a Dapr-style sidecar. */
  readonly dialect?: PathDialect;
}

/**
 * Turns the paths and verbs of requests into labels of which there are never many.
 *
 * Shape: a path that a pattern matches has the pattern as its label; any other is empty, or, with
 * `increasedCardinality`, itself, up to `pathLimit` different ones, and `__overflow__` beyond.
 * Errors: {@link MetricsError} `PATH_PATTERN_INVALID`, `ARGUMENT_INVALID`, from the constructor and `use` only.
 * Cost: one look-up for a path asked for lately, otherwise linear in its length; memory is bounded.
 */
export class PathLabels {
  /** `oriel_http_labels_folded_total`: what was folded, where and why. To be registered by whoever wants to see it. */
  readonly folds: Collector;
  /** The rules that stand for whatever a later set leaves out. */
  readonly defaults: PathRules;
  readonly #folds = new FoldCounter();
  readonly #dialect: PathDialect;
  readonly #admitted = new Set<string>();
  #rules: PathRules;
  #table: PathTable;

  constructor(options: PathLabelsOptions = {}) {
    const { dialect = plainPaths, ...rules } = options;
    checkPrefixes(dialect);
    this.folds = this.#folds;
    this.#dialect = dialect;
    const { error, rules: read, patterns } = readPathRules(rules);
    if (error !== undefined) throw error;
    this.defaults = read;
    this.#rules = read;
    this.#table = new PathTable(read, patterns, dialect, this.#admitted);
  }

  /** The rules in use. */
  get rules(): PathRules {
    return this.#rules;
  }

  /** Takes other rules from now on, or, when it throws, goes on with those it has. */
  use(rules: Partial<PathRules>): void {
    const { error, rules: read, patterns } = readPathRules(rules, this.defaults);
    if (error !== undefined) throw error;
    this.#table = new PathTable(read, patterns, this.#dialect, this.#admitted);
    this.#rules = read;
  }

  /** The label for a request that is answered. A query may follow the path. Never throws. */
  server(path: string): string {
    return this.#labelOf('server', this.#table.server(textOf(path)));
  }

  /** The label for a request that is sent; the first slash may be missing. Never throws. */
  client(path: string): string {
    return this.#labelOf('client', this.#table.client(textOf(path)));
  }

  /** The label of a verb, as `verbLabel` has it under these rules. Never throws. */
  verb(verb: string, side: HttpSide = 'server'): string {
    const label = verbLabel(verb, this.#rules.excludeVerbs);
    if (label === UNKNOWN_VERB) this.#folds.add(side, 'verb_unknown');
    return label;
  }

  #labelOf(side: HttpSide, { label, fold }: PathVerdict): string {
    if (fold !== undefined) this.#folds.add(side, fold);
    return label;
  }
}

// Callers without types may have no path at all.
function textOf(path: unknown): string {
  return typeof path === 'string' ? path : '';
}

function checkPrefixes({ prefixes }: PathDialect): void {
  for (const prefix of prefixes) {
    const fault = prefixFault(prefix);
    if (fault === undefined) continue;
    throw new MetricsError('PATH_PATTERN_INVALID', {
      message: `Cannot use path prefix ${quote(prefix)}: ${fault.what}; ${fault.cure}`,
      details: { pattern: prefix },
    });
  }
}

function prefixFault(prefix: string): PatternFault | undefined {
  const parsed = parsePattern(prefix);
  if ('cure' in parsed) return parsed;
  const isOpen = parsed.segments.some(({ kind }) => kind === 'rest' || kind === 'end');
  return isOpen ? { what: 'no pattern can follow it', cure: 'end it with a segment' } : undefined;
}
