/** The most bytes of a name, a key or a value; Datadog cuts a tag after 200 characters. */
export const TEXT_LIMIT = 200;

const MOST_BYTES_A_CHARACTER = 3;
const MARK = '--';
const HASH_LENGTH = 10;
const SUFFIX = MARK.length + HASH_LENGTH;
const looksMarked = /--[0-9a-z]{10}$/;

/** Which characters must not stand in a text; without the flags `g` and `y`, so that it keeps no state. */
export type Forbidden = RegExp;

/**
 * A text that holds no forbidden character: one that has some, or is too long, gets them replaced by `_`, is cut, and
 * ends in `--` and ten letters or digits made from the whole of it.
 *
 * So texts that differ stay different, and a text becomes the same each time, in every process.
 */
export function distinctText(text: string, forbidden: Forbidden): string {
  const fits = text.length <= TEXT_LIMIT / MOST_BYTES_A_CHARACTER || Buffer.byteLength(text) <= TEXT_LIMIT;
  if (fits && !forbidden.test(text) && !looksMarked.test(text)) return text;
  return `${cut(replaced(text, forbidden), TEXT_LIMIT - SUFFIX)}${MARK}${hashOf(text)}`;
}

/** The most bytes that {@link distinctText} makes of a text of so many characters. */
export function mostTextBytes(characters: number): number {
  return Math.min(TEXT_LIMIT, characters * MOST_BYTES_A_CHARACTER + SUFFIX);
}

/**
 * A metric's name: letters, digits, `_`, `-` and single dots inside; all else becomes `_`, and only a name that is too
 * long gets an ending of its own.
 *
 * Names that differ may become equal; who writes them has to look.
 */
export function metricName(name: string): string {
  const clean = replaced(name, /[^A-Za-z0-9_.-]/u)
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^\.|\.$/g, '_');
  return clean.length <= TEXT_LIMIT ? clean : `${clean.slice(0, TEXT_LIMIT - SUFFIX)}${MARK}${hashOf(name)}`;
}

function replaced(text: string, { source }: Forbidden): string {
  return text.replaceAll(new RegExp(source, 'gu'), '_');
}

/** The beginning of a text that has at most so many bytes, no character cut apart. */
function cut(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  while (end > 0 && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

// Two rounds of FNV-1a with different seeds; 51 bits of them.
function hashOf(text: string): string {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + i), 0x85ebca6b) ^ (high >>> 13);
  }
  const number = (high >>> 13) * 2 ** 32 + (low >>> 0);
  return number.toString(36).padStart(HASH_LENGTH, '0').slice(-HASH_LENGTH);
}
