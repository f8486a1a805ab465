import { MetricsError, quote } from '@oriel/metrics';
import type { ViewConfigIssue } from '@oriel/stats';
import { conflictOf } from './path-conflict.ts';
import { type PathPattern, type PatternFault, parsePattern } from './path-pattern.ts';

/** What an operator says about the labels of paths and verbs. */
export interface PathRules {
  /** Paths that no pattern matches become labels of their own, up to `pathLimit`. Default: false, they are empty. */
  readonly increasedCardinality: boolean;
  /** Patterns of Go 1.22's ServeMux; the most specific one is the label. Default: none. */
  readonly pathMatching: readonly string[];
  /** Verbs are empty. Default: false. */
  readonly excludeVerbs: boolean;
  /** Different paths that become labels of their own; those beyond it share one. Default: 500. */
  readonly pathLimit: number;
}

const defaultPathRules: PathRules = Object.freeze({
  increasedCardinality: false,
  pathMatching: Object.freeze([]),
  excludeVerbs: false,
  pathLimit: 500,
});

/** Rules as they were read; `patterns` are `pathMatching` parsed, each once. Not to be used when there are issues. */
export interface ReadPathRules {
  readonly rules: PathRules;
  readonly patterns: readonly PathPattern[];
  /** Their paths begin within the rules. */
  readonly issues: readonly ViewConfigIssue[];
  readonly warnings: readonly ViewConfigIssue[];
  /** The first issue as what a function throws. */
  readonly error: MetricsError | undefined;
}

const PATTERN_LIMIT = 1000;
const PATH_LIMIT_MAX = 10_000;
const fields = ['increasedCardinality', 'pathMatching', 'excludeVerbs', 'pathLimit'] as const;

/** Checks rules from anywhere; what is absent, or null, is taken from `defaults`. Never throws. */
export function readPathRules(value: unknown, defaults: PathRules = defaultPathRules): ReadPathRules {
  const reading = new Reading();
  const given = reading.object(value ?? {});
  const pathMatching = given.pathMatching ?? defaults.pathMatching;
  const patterns = reading.patterns(pathMatching);
  const rules = Object.freeze({
    increasedCardinality: reading.flag(given, 'increasedCardinality', defaults.increasedCardinality),
    pathMatching: Object.freeze(patterns.map(({ text }) => text)),
    excludeVerbs: reading.flag(given, 'excludeVerbs', defaults.excludeVerbs),
    pathLimit: reading.limit(given.pathLimit ?? defaults.pathLimit),
  });
  return { rules, patterns, issues: reading.issues, warnings: reading.warnings, error: reading.error };
}

type Fields = Readonly<Record<string, unknown>>;

class Reading {
  readonly issues: ViewConfigIssue[] = [];
  readonly warnings: ViewConfigIssue[] = [];
  error: MetricsError | undefined;

  object(value: unknown): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#wrong([], value, `use an object with ${listed}`);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (!fields.some((field) => field === name)) this.#unknown(name);
    }
    return value as Fields;
  }

  flag(given: Fields, name: 'increasedCardinality' | 'excludeVerbs', standard: boolean): boolean {
    const value = given[name] ?? standard;
    if (typeof value === 'boolean') return value;
    this.#wrong([name], value, 'use true or false');
    return standard;
  }

  limit(value: unknown): number {
    if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= PATH_LIMIT_MAX)
      return Number(value);
    this.#wrong(['pathLimit'], value, `use an integer from 1 to ${PATH_LIMIT_MAX}`);
    return defaultPathRules.pathLimit;
  }

  patterns(value: unknown): PathPattern[] {
    const list = Array.isArray(value) ? (value as readonly unknown[]) : undefined;
    if (list === undefined || list.length > PATTERN_LIMIT) {
      const shown = list === undefined ? value : `${list.length} patterns`;
      this.#wrong(['pathMatching'], shown, `use a list of at most ${PATTERN_LIMIT} patterns`);
      return [];
    }
    const kept = new Map<string, PathPattern>();
    for (const [index, raw] of list.entries()) this.#pattern(raw, index, kept);
    return [...kept.values()];
  }

  #pattern(raw: unknown, index: number, kept: Map<string, PathPattern>): void {
    const path = ['pathMatching', index];
    const parsed = typeof raw === 'string' ? parsePattern(raw) : undefined;
    if (parsed === undefined) this.#wrong(path, raw, 'use a text such as "/orders/{id}"');
    else if ('cure' in parsed) this.#faulty(path, String(raw), parsed);
    else if (kept.has(parsed.text)) this.#repeated(path, parsed.text);
    else {
      const conflict = firstConflict(parsed, kept.values());
      if (conflict === undefined) kept.set(parsed.text, parsed);
      else this.#faulty(path, parsed.text, conflict);
    }
  }

  #repeated(path: readonly PropertyKey[], pattern: string): void {
    this.warnings.push({ path, message: `leave it out: ${quote(pattern)} is in the list already` });
  }

  #faulty(path: readonly PropertyKey[], pattern: string, { what, cure }: PatternFault): void {
    this.issues.push({ path, message: `${cure}: in ${quote(pattern)}, ${what}` });
    this.error ??= new MetricsError('PATH_PATTERN_INVALID', {
      message: `Cannot use path pattern ${quote(pattern)}: ${what}; ${cure}`,
      details: { pattern },
    });
  }

  #wrong(path: readonly PropertyKey[], value: unknown, cure: string): void {
    this.issues.push({ path, message: cure });
    const rule = path.length === 0 ? '' : ` "${path.join('.')}"`;
    this.error ??= new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot use path rule${rule}: it is ${quote(value)}; ${cure}`,
      details: { path },
    });
  }

  #unknown(name: string): void {
    this.issues.push({ path: [name], message: `use ${listed}` });
    this.error ??= new MetricsError('ARGUMENT_INVALID', {
      message: `Cannot use path rule ${quote(name)}: no rule has this name; use ${listed}`,
      details: { path: [name] },
    });
  }
}

const listed = fields.map((name) => `"${name}"`).join(', ');

function firstConflict(pattern: PathPattern, others: Iterable<PathPattern>): PatternFault | undefined {
  for (const other of others) {
    const conflict = conflictOf(pattern, other);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}
