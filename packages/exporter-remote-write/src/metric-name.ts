import { type FamilyHead, isLegacyLabelName, isLegacyMetricName, type MetricType } from '@oriel/metrics';
import { unitWord } from './unit-word.ts';

/**
 * How names given by programs become Prometheus names; OpenTelemetry's four strategies.
 *
 * "WithSuffixes" adds the unit and, to counters, `_total`, unless the name ends with it. "UnderscoreEscaping"
 * replaces foreign characters even where the protocol could carry them.
 */
export type TranslationStrategy = (typeof translationStrategies)[number];

export const translationStrategies = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

/** How names are written. */
export interface Naming {
  readonly translation: TranslationStrategy;
  /** Whether the receiver takes names of any Unicode. */
  readonly unicode: boolean;
}

/** A family's name as it is sent. */
export interface SentName {
  /** The name of its series, without the endings of parts such as `_bucket`. */
  readonly name: string;
  /** Word of the unit if the name ends with it, else empty. */
  readonly unit: string;
}

/** The name of a family's series, with `_total` for counters and `_info` for infos where they belong. */
export function sentName(head: FamilyHead, naming: Naming): SentName {
  const { translation } = naming;
  const given = translation.startsWith('Underscore') ? underscored(head.name) : head.name;
  const suffixes = translation.endsWith('WithSuffixes');
  const ending = endingOf(head.type);
  const stem = ending !== '' && given.endsWith(ending) ? given.slice(0, -ending.length) : given;
  const word = head.type === 'info' || head.type === 'state_set' ? '' : unitWord(head.unit);
  const lacksUnit = word !== '' && stem !== word && !stem.endsWith(`_${word}`);
  const named = suffixes && lacksUnit ? `${stem}_${word}` : stem;
  const hasEnding = suffixes || ending === '_info' || stem !== given;
  const name = hasEnding ? named + ending : named;
  return {
    name: isWritten(naming) ? name : legal(name, isLegacyMetricName, /[a-zA-Z0-9:]/),
    unit: named.endsWith(`_${word}`) ? word : '',
  };
}

/** A label's name as it is sent; another one where it would be the metric's own name. */
export function sentLabelName(name: string, naming: Naming): string {
  const sent = isWritten(naming) ? name : legal(name, isLegacyLabelName, /[a-zA-Z0-9]/);
  return sent === '__name__' ? '_name_' : sent;
}

function endingOf(type: MetricType): '' | '_total' | '_info' {
  if (type === 'counter') return '_total';
  return type === 'info' ? '_info' : '';
}

function isWritten({ unicode, translation }: Naming): boolean {
  return unicode && !translation.startsWith('Underscore');
}

// Legal names stay as programs wrote them; only foreign ones are made legal.
function underscored(name: string): string {
  if (isLegacyMetricName(name)) return name;
  const replaced = name.replace(/[^a-zA-Z0-9_:]+/gu, '_').replace(/_{2,}/g, '_');
  return /^[0-9]/.test(replaced) ? `_${replaced}` : replaced;
}

function legal(name: string, isLegal: (name: string) => boolean, kept: RegExp): string {
  if (isLegal(name)) return name;
  return Array.from(name, (char, i) => {
    const digitFirst = i === 0 && /[0-9]/.test(char);
    return kept.test(char) && !digitFirst ? char : '_';
  }).join('');
}
