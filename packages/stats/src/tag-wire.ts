import { MetricsError } from '@oriel/metrics';
import { type OnTagDropped, reportDrop, type TagWireFault } from './tag-drop.ts';
import type { TagFilter } from './tag-filter.ts';
import { TAG_TEXT_LIMIT } from './tag-key.ts';
import { TagMap } from './tag-map.ts';
import { NO_PROPAGATION } from './tag-mutator.ts';

/** The most bytes all keys and values of an encoded map have together, counted as decoded. */
const TAG_MAP_LIMIT = 8192;

const printable: RegExp = /^[ -~]*$/;

export interface EncodeTagsOptions {
  /** Which tags are sent. Default: all. */
  readonly filter?: TagFilter | undefined;
  /** Told of each tag that the format cannot carry and that is left out. Default: nobody. */
  readonly onDropped?: OnTagDropped | undefined;
}

export interface DecodeTagsOptions {
  /** Which received tags are kept. Default: all. */
  readonly filter?: TagFilter | undefined;
}

/** The tags that may and can be sent. `reserved` says whether a format keeps a key or value for itself. */
export function outgoingTags(
  tags: TagMap,
  { filter, onDropped }: EncodeTagsOptions,
  reserved: (text: string) => boolean,
): [name: string, value: string][] {
  const outgoing: [string, string][] = [];
  let bytes = 0;
  for (const [name, value] of tags) {
    if (tags.ttl(name) === NO_PROPAGATION || filter?.accepts(name) === false) continue;
    const reason = unfit(value) ?? (reserved(name) || reserved(value) ? 'reserved_character' : undefined);
    if (reason !== undefined) {
      reportDrop(onDropped, reason, name);
      continue;
    }
    bytes += name.length + value.length;
    outgoing.push([name, value]);
  }
  checkBytes(bytes, 'encode');
  return outgoing;
}

/** Collects what a decoder reads, and checks it as it comes. */
export class IncomingTags {
  readonly #tags = new Map<string, string>();
  #bytes = 0;

  /** Takes a tag; the last of a key wins, all of them count. */
  add(name: string, value: string): void {
    if (name === '') throw malformed('a key is empty; a key has 1 to 255 characters');
    checkText('key', name);
    checkText('value', value);
    this.#bytes += name.length + value.length;
    checkBytes(this.#bytes, 'decode');
    this.#tags.set(name, value);
  }

  toTagMap(filter: TagFilter | undefined): TagMap {
    if (filter === undefined) return TagMap.of(this.#tags);
    return TagMap.of([...this.#tags].filter(([name]) => filter.accepts(name)));
  }
}

/** The error of a decoder: what it found; what belongs there. */
export function malformed(found: string): MetricsError {
  return new MetricsError('TAGS_MALFORMED', { message: `Cannot decode tags: ${found}` });
}

/** The error of both directions: what there is too much of. */
export function tooLarge(act: 'encode' | 'decode', what: string, size: number, limit: number): MetricsError {
  return new MetricsError('TAGS_TOO_LARGE', {
    message: `Cannot ${act} tags: ${what} ${size}; at most ${limit}`,
    details: { size, limit },
  });
}

function unfit(value: string): TagWireFault | undefined {
  if (value.length > TAG_TEXT_LIMIT) return 'value_too_long';
  return printable.test(value) ? undefined : 'value_not_ascii';
}

function checkText(what: 'key' | 'value', text: string): void {
  const reason = unfit(text);
  if (reason === 'value_too_long') throw malformed(`a ${what} has ${text.length} characters; at most 255`);
  if (reason === 'value_not_ascii') {
    // Escaped, for a peer's line ends have no place in a log.
    throw malformed(`${what} ${JSON.stringify(text)} is not printable ASCII; use characters 0x20 to 0x7e`);
  }
}

function checkBytes(bytes: number, act: 'encode' | 'decode'): void {
  if (bytes > TAG_MAP_LIMIT) throw tooLarge(act, 'the bytes of keys and values are', bytes, TAG_MAP_LIMIT);
}
