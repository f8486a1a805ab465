import type { TagMap } from './tag-map.ts';
import {
  type DecodeTagsOptions,
  type EncodeTagsOptions,
  IncomingTags,
  malformed,
  outgoingTags,
  tooLarge,
} from './tag-wire.ts';

const MAX_TAGS = 180;
const MAX_TAG_LENGTH = 4096;
const MAX_LENGTH: number = MAX_TAGS * (MAX_TAG_LENGTH + 1);

/**
 * Writes tags in OpenCensus's text format `k1=v1,k2=v2`, the content of an HTTP header.
 *
 * Shape: as {@link encodeTags}, and the format has no escaping: a tag with a `,`, `;` or `=` in its key or
 * value, or with a space at an end of either, is left out too, and `onDropped` is told. No tags are an empty
 * string.
 * Errors: {@link MetricsError} `TAGS_TOO_LARGE` if what is left has more than 180 tags or 8192 bytes.
 * Source: W3C Correlation-Context draft, as OpenCensus uses it.
 *
 * @example
 * assert.equal(encodeTagsText(TagMap.of({ method: 'GET', list: 'a,b=c' })), 'method=GET');
 */
export function encodeTagsText(tags: TagMap, options: EncodeTagsOptions = {}): string {
  const outgoing = outgoingTags(tags, options, isReserved);
  if (outgoing.length > MAX_TAGS) throw tooLarge('encode', 'their number is', outgoing.length, MAX_TAGS);
  return outgoing.map(([name, value]) => `${name}=${value}`).join(',');
}

/**
 * Reads tags in OpenCensus's text format; all of them get unlimited propagation.
 *
 * Shape: spaces and tabs around a key or value do not count, nor do empty members, and properties
 * (`k=v;p=1`) are read over. A value goes from the first `=` on. The last of a repeated key wins. Anything
 * that is wrong fails the whole map.
 * Errors: {@link MetricsError} `TAGS_MALFORMED`, and `TAGS_TOO_LARGE` beyond 180 tags, 4096 characters a tag
 * with its properties, or 8192 bytes of keys and values, repetitions included.
 * Source: W3C Correlation-Context draft, as OpenCensus uses it.
 *
 * @example
 * assert.equal(decodeTagsText('k=v;p=1, method=GET').get('method'), 'GET');
 */
export function decodeTagsText(text: string, options: DecodeTagsOptions = {}): TagMap {
  if (typeof text !== 'string') throw malformed(`the text is of type ${typeof text}; pass a string`);
  if (text.length > MAX_LENGTH) throw tooLarge('decode', 'the characters are', text.length, MAX_LENGTH);
  const incoming = new IncomingTags();
  let count = 0;
  for (const member of text.split(',').map(trim)) {
    if (member === '') continue;
    if (++count > MAX_TAGS) throw tooLarge('decode', 'their number is over', MAX_TAGS, MAX_TAGS);
    addMember(incoming, member);
  }
  return incoming.toTagMap(options.filter);
}

function addMember(incoming: IncomingTags, member: string): void {
  if (member.length > MAX_TAG_LENGTH) {
    throw tooLarge('decode', 'the characters of a tag are', member.length, MAX_TAG_LENGTH);
  }
  const [tag] = member.split(';', 1);
  const equals = tag.indexOf('=');
  if (equals < 0) throw malformed('a tag has no "="; write it as key=value');
  incoming.add(trim(tag.slice(0, equals)), trim(tag.slice(equals + 1)));
}

// By hand: String.trim would also take line ends and Unicode spaces, which are not legal here.
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isReserved(text: string): boolean {
  return /[,;=]/.test(text) || text.startsWith(' ') || text.endsWith(' ');
}
