import { TagMap } from './tag-map.ts';
import {
  type DecodeTagsOptions,
  type EncodeTagsOptions,
  IncomingTags,
  malformed,
  outgoingTags,
} from './tag-wire.ts';

const VERSION = 0;
const TAG_FIELD = 0;

/**
 * Writes tags in OpenCensus's binary format, the content of gRPC's `grpc-tags-bin`.
 *
 * Shape: a version byte, then a field per tag. Tags with NO_PROPAGATION and those the filter holds back stay
 * out. So does a tag whose value is longer than 255 characters or not printable ASCII, and `onDropped` is told.
 * Errors: {@link MetricsError} `TAGS_TOO_LARGE` if what is left has more than 8192 bytes.
 * Source: OpenCensus, "TagContext binary encoding".
 *
 * @example
 * assert.deepEqual(encodeTags(TagMap.of({ k: 'v' })), new Uint8Array([0, 0, 1, 0x6b, 1, 0x76]));
 */
export function encodeTags(tags: TagMap, options: EncodeTagsOptions = {}): Uint8Array {
  const outgoing = outgoingTags(tags, options, () => false);
  const size = outgoing.reduce((sum, [name, value]) => sum + 1 + textSize(name) + textSize(value), 1);
  const bytes = new Uint8Array(size);
  let at = 1;
  for (const [name, value] of outgoing) {
    bytes[at] = TAG_FIELD;
    at = writeText(bytes, writeText(bytes, at + 1, name), value);
  }
  return bytes;
}

/**
 * Reads tags in OpenCensus's binary format; all of them get unlimited propagation.
 *
 * Shape: no bytes are no tags. The last of a repeated key wins. At the first unknown field reading stops and
 * what was read counts. Anything else that is wrong fails the whole map.
 * Errors: {@link MetricsError} `TAGS_MALFORMED`, and `TAGS_TOO_LARGE` beyond 8192 bytes, repetitions included.
 * Source: OpenCensus, "TagContext binary encoding".
 *
 * @example
 * assert.equal(decodeTags(new Uint8Array([0, 0, 1, 0x6b, 1, 0x76])).get('k'), 'v');
 */
export function decodeTags(bytes: Uint8Array, options: DecodeTagsOptions = {}): TagMap {
  if (!ArrayBuffer.isView(bytes)) throw malformed('there is no byte array; pass a Uint8Array');
  if (bytes.byteLength === 0) return TagMap.empty;
  if (bytes[0] !== VERSION) throw malformed(`the version is ${bytes[0]}; only version 0 is known`);
  const reader = new TagReader(bytes);
  const incoming = new IncomingTags();
  while (reader.skip(TAG_FIELD)) incoming.add(reader.text(), reader.text());
  return incoming.toTagMap(options.filter);
}

function textSize(text: string): number {
  return text.length + (text.length < 0x80 ? 1 : 2);
}

// A varint of its length, low seven bits first, then a byte for each character.
function writeText(bytes: Uint8Array, from: number, text: string): number {
  let at = from;
  if (text.length < 0x80) bytes[at++] = text.length;
  else {
    bytes[at++] = (text.length & 0x7f) | 0x80;
    bytes[at++] = text.length >> 7;
  }
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
  return at;
}

/** Walks over encoded tags behind their version byte, and never past the end. */
class TagReader {
  readonly #bytes: Uint8Array;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Steps over this byte if it comes next. */
  skip(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  text(): string {
    const length = this.#length();
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw malformed(
        `${length} bytes should follow byte ${this.#at}; there are ${this.#bytes.length - this.#at}`,
      );
    }
    const text = String.fromCharCode(...this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  // Two bytes hold any legal length, so a longer varint is refused without reading it.
  #length(): number {
    const low = this.#byte();
    if (low < 0x80) return low;
    const high = this.#byte();
    const length = (low & 0x7f) | (high << 7);
    if (high === 0 || length > 0xff) {
      throw malformed(
        `the length before byte ${this.#at} is not a varint of 0 to 255; it is ${low}, ${high}`,
      );
    }
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw malformed(`a length is missing after ${this.#bytes.length} bytes`);
    return byte;
  }
}
