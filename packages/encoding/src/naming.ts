import { type FamilyHead, isLegacyLabelName, isLegacyMetricName, type MetricType } from '@oriel/metrics';
import { unitWord } from './unit-word.ts';

/** How characters outside `[a-zA-Z0-9_:]` in names are written. */
export type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';

/**
 * How names given by programs become Prometheus names; OpenTelemetry's four strategies.
 *
 * "WithSuffixes" adds the unit and, to counters, `_total`, unless the name ends with it. "UnderscoreEscaping"
 * replaces foreign characters whatever the reader takes.
 */
export type TranslationStrategy =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation';

/** All of them, the usual default first. */
export const translationStrategies: readonly TranslationStrategy[] = Object.freeze([
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
]);

/** A family's name as it is exposed, before escaping. */
export interface ExposedName {
  /** With `_total` for counters and `_info` for infos where they belong. */
  readonly name: string;
  /** Word of the unit if the name ends with it, else empty. */
  readonly unit: string;
  /** Word of the unit, whether or not the name has it. */
  readonly word: string;
}

/** Applies a translation strategy to a family's name. */
export function exposedName(head: FamilyHead, strategy: TranslationStrategy): ExposedName {
  const suffixes = strategy.endsWith('WithSuffixes');
  const given = strategy.startsWith('Underscore') ? underscored(head.name) : head.name;
  const ending = typeSuffix(head.type);
  const stem = ending !== '' && given.endsWith(ending) ? given.slice(0, -ending.length) : given;
  const word = hasUnit(head.type) ? unitWord(head.unit) : '';
  const ended = word === '' || stem === word || stem.endsWith(`_${word}`);
  const named = suffixes && !ended ? `${stem}_${word}` : stem;
  const hasEnding = suffixes || ending === '_info' || stem !== given;
  const name = hasEnding ? named + ending : named;
  return { name, unit: named.endsWith(`_${word}`) ? word : '', word };
}

/** What the samples of a type end with and its OpenMetrics families do not. */
export function typeSuffix(type: MetricType): '' | '_total' | '_info' {
  if (type === 'counter') return '_total';
  return type === 'info' ? '_info' : '';
}

/** A metric name under an escaping scheme; what `allow-utf-8` leaves foreign must be quoted. */
export function escapeMetricName(name: string, escaping: Escaping): string {
  return escaped(name, escaping, isLegacyMetricName, /[a-zA-Z0-9:]/);
}

/** A label name under an escaping scheme; what `allow-utf-8` leaves foreign must be quoted. */
export function escapeLabelName(name: string, escaping: Escaping): string {
  return escaped(name, escaping, isLegacyLabelName, /[a-zA-Z0-9]/);
}

/** A label name as it is exposed: escaped, and another one where it would be the metric's own name. */
export function labelName(name: string, escaping: Escaping): string {
  const text = escapeLabelName(name, escaping);
  // To readers this label is the metric's name, and a second one makes what they read invalid.
  return text === '__name__' ? '_name_' : text;
}

// OpenMetrics allows no unit where the value measures nothing.
function hasUnit(type: MetricType): boolean {
  return type !== 'info' && type !== 'state_set';
}

// Legal names stay as programs wrote them; only foreign ones are made legal.
function underscored(name: string): string {
  if (isLegacyMetricName(name)) return name;
  const replaced = name.replace(/[^a-zA-Z0-9_:]+/gu, '_').replace(/_{2,}/g, '_');
  return /^[0-9]/.test(replaced) ? `_${replaced}` : replaced;
}

function escaped(name: string, escaping: Escaping, isLegal: (name: string) => boolean, kept: RegExp): string {
  if (escaping === 'allow-utf-8') return name;
  if (escaping === 'dots') return each(name, kept, dotted);
  if (isLegal(name)) return name;
  return escaping === 'underscores' ? each(name, kept, () => '_') : `U__${each(name, kept, hex)}`;
}

function each(name: string, kept: RegExp, replace: (char: string) => string): string {
  return Array.from(name, (char, i) => {
    const digitFirst = i === 0 && /[0-9]/.test(char);
    return kept.test(char) && !digitFirst ? char : replace(char);
  }).join('');
}

function dotted(char: string): string {
  return char === '.' ? '_dot_' : '__';
}

function hex(char: string): string {
  if (char === '_') return '__';
  return char.isWellFormed() ? `_${(char.codePointAt(0) ?? 0).toString(16)}_` : '_FFFD_';
}
