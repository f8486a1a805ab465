import { MetricsError, quote } from '@oriel/metrics';

/** The longest tag key, and the longest tag value that travels, in characters. */
export const TAG_TEXT_LIMIT = 255;

const legalName: RegExp = /^[ -~]{1,255}$/;

/** What a tag is called. Keys of one name are one key, whoever made them. */
export interface TagKey {
  readonly kind: 'tagKey';
  readonly name: string;
}

/**
 * Names a tag, for mutators and for the views that keep it.
 *
 * Shape: 1 to 255 printable ASCII characters.
 * Errors: {@link MetricsError} `LABEL_NAME_INVALID`.
 * Source: OpenCensus, "Tags API", TagKey.
 *
 * @example
 * const method = tagKey('method');
 * assert.equal(TagMap.of({ method: 'GET' }).get(method), 'GET');
 */
export function tagKey(name: string): TagKey {
  return Object.freeze({ kind: 'tagKey', name: checkTagName(name, 'define tag key') });
}

/** Whether this can name a tag. */
export function isTagName(name: unknown): name is string {
  return typeof name === 'string' && legalName.test(name);
}

/** The name of a key given either way; `act` opens the message if it cannot be one. */
export function checkTagName(key: TagKey | string, act: string): string {
  const name: unknown = typeof key === 'object' && key !== null ? key.name : key;
  if (isTagName(name)) return name;
  throw new MetricsError('LABEL_NAME_INVALID', {
    message: `Cannot ${act} ${quote(name)}: the name ${fault(name)}; use 1 to 255 printable ASCII characters`,
    details: { name },
  });
}

function fault(name: unknown): string {
  if (typeof name !== 'string') return 'is not a string';
  if (name === '') return 'is empty';
  if (name.length > TAG_TEXT_LIMIT) return `has ${name.length} characters`;
  return 'holds characters outside printable ASCII';
}
