import { MetricsError } from '@oriel/metrics';

/** What OpenTelemetry allows for the whole header, a member, and their number. */
const MOST_CHARACTERS = 8192;
const MOST_MEMBER_CHARACTERS = 4096;
const MOST_MEMBERS = 180;

const token: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// What may stand in a value as it is; the percent sign may not.
const escaped: RegExp = /[^\x21\x23-\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/gu;

/** Whether the format has a place for this key. */
export function isBaggageKey(key: string): boolean {
  return token.test(key);
}

/**
 * Writes names and values as the content of a W3C `baggage` header.
 *
 * Shape: values are percent-encoded as UTF-8. A name that is no token, and what goes beyond 180 members, 4096
 * characters a member or 8192 in all, is left out, and `onDropped` is told how many.
 * Source: W3C Baggage, "Header content".
 *
 * @example
 * assert.equal(encodeBaggage([['user', 'Zoë, 7']]), 'user=Zo%C3%AB%2C%207');
 */
export function encodeBaggage(
  entries: Iterable<readonly [name: string, value: string]>,
  onDropped?: (count: number) => void,
): string {
  const members: string[] = [];
  let length = 0;
  let dropped = 0;
  for (const [name, value] of entries) {
    const member = memberOf(name, value);
    const isTooMuch = members.length === MOST_MEMBERS || length + (member?.length ?? 0) + 1 > MOST_CHARACTERS;
    if (member === undefined || isTooMuch) {
      dropped++;
      continue;
    }
    length += member.length + 1;
    members.push(member);
  }
  if (dropped > 0) onDropped?.(dropped);
  return members.join(',');
}

function memberOf(name: string, value: string): string | undefined {
  if (!isBaggageKey(name)) return undefined;
  const member = `${name}=${value.toWellFormed().replace(escaped, encodeURIComponent)}`;
  return member.length > MOST_MEMBER_CHARACTERS ? undefined : member;
}

/**
 * Reads the members of a W3C `baggage` header whose name is wanted; the others are looked at only for their form.
 *
 * Shape: properties (`k=v;p=1`) are read over, and the last of a repeated name wins.
 * Errors: {@link MetricsError} `TAGS_MALFORMED`, `TAGS_TOO_LARGE`; a part is never given.
 * Source: W3C Baggage, "Header content".
 *
 * @example
 * assert.deepEqual([...decodeBaggage('user=Zo%C3%AB;p=1, other=x', (name) => name === 'user')], [['user', 'Zoë']]);
 */
export function decodeBaggage(text: string, wants: (name: string) => boolean): Map<string, string> {
  if (text.length > MOST_CHARACTERS) throw tooLarge('the characters are', text.length, MOST_CHARACTERS);
  const found = new Map<string, string>();
  let count = 0;
  for (const part of text.split(',')) {
    const member = part.trim();
    if (member === '') continue;
    if (++count > MOST_MEMBERS) throw tooLarge('their number is over', MOST_MEMBERS, MOST_MEMBERS);
    addMember(found, member, wants);
  }
  return found;
}

function addMember(found: Map<string, string>, member: string, wants: (name: string) => boolean): void {
  if (member.length > MOST_MEMBER_CHARACTERS) {
    throw tooLarge('the characters of a member are', member.length, MOST_MEMBER_CHARACTERS);
  }
  const [pair] = member.split(';', 1);
  const equals = pair.indexOf('=');
  if (equals < 0) throw malformed('a member has no "="; write it as key=value');
  const name = pair.slice(0, equals).trimEnd();
  if (!isBaggageKey(name)) throw malformed(`key ${JSON.stringify(name)} is not a token`);
  if (wants(name)) found.set(name, unescaped(pair.slice(equals + 1).trim()));
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw malformed('a value has a bad escape; write % and two hexadecimal digits, of UTF-8');
  }
}

function malformed(found: string): MetricsError {
  return new MetricsError('TAGS_MALFORMED', { message: `Cannot decode baggage: ${found}` });
}

function tooLarge(what: string, size: number, limit: number): MetricsError {
  return new MetricsError('TAGS_TOO_LARGE', {
    message: `Cannot decode baggage: ${what} ${size}; at most ${limit}`,
    details: { size, limit },
  });
}
