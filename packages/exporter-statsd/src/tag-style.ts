import { distinctText, type Forbidden, mostTextBytes } from './clean-text.ts';

/** How labels are written in plain StatsD, which has no tags of its own. */
export type NameTags = 'path' | 'graphite' | 'influx';

/** The dialect a daemon speaks. */
export type Flavour = 'statsd' | 'dogstatsd';

/** How labels become tags of a line. */
export interface TagStyle {
  /** Whether tags stand behind the name, or at the end of the line. */
  readonly inName: boolean;
  /** What begins a pair; the first pair at the end of a line begins with `#`. */
  readonly before: string;
  readonly between: string;
  /** What must not stand in keys, and in values. */
  readonly inKeys: Forbidden;
  readonly inValues: Forbidden;
}

const keys = /[^A-Za-z0-9_-]/u;

// A value may hold whatever the next daemon in the chain leaves as it is.
const styles: Readonly<Record<NameTags | 'dogstatsd', TagStyle>> = {
  path: { inName: true, before: '.', between: '.', inKeys: keys, inValues: /[^A-Za-z0-9_-]/u },
  graphite: { inName: true, before: ';', between: '=', inKeys: keys, inValues: /[^A-Za-z0-9_.-]/u },
  influx: { inName: true, before: ',', between: '=', inKeys: keys, inValues: /[,=:|@;"\\\s\p{C}]/u },
  dogstatsd: {
    inName: false,
    before: ',',
    between: ':',
    inKeys: /[^A-Za-z0-9_./-]/u,
    inValues: /[,|\p{Cc}\u2028\u2029]/u,
  },
};

/** The style of a flavour; `nameTags` is for plain StatsD. */
export function tagStyle(flavour: Flavour, nameTags: NameTags): TagStyle {
  return styles[flavour === 'dogstatsd' ? flavour : nameTags];
}

/**
 * Keys of labels, in their order, all different and none of the reserved ones.
 *
 * A key that would be the second of its kind gets an ending made from the label's name.
 */
export function tagKeys(
  names: readonly string[],
  { inKeys }: TagStyle,
  reserved: readonly string[],
): string[] {
  const taken = new Set(reserved);
  return names.map((name) => {
    const plain = distinctText(name, inKeys);
    const key = taken.has(plain) ? distinctText(`${name} `, inKeys) : plain;
    taken.add(key);
    return key;
  });
}

/** One pair as it stands in a line. */
export function pairText(style: TagStyle, key: string, value: string): string {
  return `${style.before}${key}${style.between}${distinctText(value, style.inValues)}`;
}

/** The most bytes of a pair whose value has so many characters. */
export function mostPairBytes({ before, between }: TagStyle, key: string, characters: number): number {
  return Buffer.byteLength(before + key + between) + mostTextBytes(characters);
}

/** A number as the value of a tag, told from all other numbers whatever the style. */
export function numberTag(value: number, { inValues }: TagStyle): string {
  const text =
    value === Number.POSITIVE_INFINITY ? 'inf' : value === Number.NEGATIVE_INFINITY ? '-inf' : String(value);
  return inValues.test('.') ? text.replace('.', '_').replace('+', '') : text.replace('+', '');
}
