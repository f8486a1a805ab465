import {
  type Escaping,
  escapeMetricName,
  exposedName,
  labelName,
  type TranslationStrategy,
} from '@oriel/encoding';
import type { FamilyHead } from '@oriel/metrics';

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
  const { name, unit } = exposedName(head, naming.translation);
  return { name: escapeMetricName(name, escapingOf(naming)), unit };
}

/** A label's name as it is sent; another one where it would be the metric's own name. */
export function sentLabelName(name: string, naming: Naming): string {
  return labelName(name, escapingOf(naming));
}

function escapingOf({ unicode, translation }: Naming): Escaping {
  return unicode && !translation.startsWith('Underscore') ? 'allow-utf-8' : 'underscores';
}
