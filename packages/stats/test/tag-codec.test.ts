import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTags, encodeTags } from '../src/tag-codec.ts';
import { TagMap } from '../src/tag-map.ts';
import { UNLIMITED_PROPAGATION } from '../src/tag-mutator.ts';
import { anyTags, fullMap, legalTags } from './legal-tags.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const wire = '00 00 06 6d6574686f64 03 474554 00 01 6b 01 76';

/** A tag as the format writes it, without looking at what it holds. */
function field(name: string, value: string): number[] {
  const text = (s: string): number[] => [
    ...(s.length < 128 ? [s.length] : [(s.length & 127) | 128, s.length >> 7]),
    ...Buffer.from(s, 'latin1'),
  ];
  return [0, ...text(name), ...text(value)];
}

function codeOf(bytes: Uint8Array | readonly number[]): string {
  try {
    decodeTags(Uint8Array.from(bytes));
  } catch (error) {
    if (error instanceof MetricsError) return error.code;
    throw error;
  }
  return 'decoded';
}

test('encodeTags() writes a version byte and a field per tag, in the order of the map', () => {
  expect(encodeTags(TagMap.of({ method: 'GET', k: 'v' }))).toEqual(hex(wire));
});

test('encodeTags() writes an empty map as the byte 00', () => {
  expect(encodeTags(TagMap.empty)).toEqual(hex('00'));
});

test('decodeTags() reads the same bytes in any order of tags, with unlimited propagation', () => {
  expect(Object.fromEntries(decodeTags(hex(wire)))).toEqual({ method: 'GET', k: 'v' });
  expect(Object.fromEntries(decodeTags(hex('00 00016b0176 00 066d6574686f64 03474554')))).toEqual({
    method: 'GET',
    k: 'v',
  });
  expect(decodeTags(hex(wire)).ttl('k')).toBe(UNLIMITED_PROPAGATION);
});

test('decodeTags() reads a Buffer in the middle of a larger one', () => {
  const larger = Buffer.from(`ffff${wire.replaceAll(' ', '')}ffff`, 'hex');
  expect(decodeTags(larger.subarray(2, larger.length - 2)).get('method')).toBe('GET');
});

test('decodeTags() gives an empty map for no bytes and for the version alone', () => {
  expect(decodeTags(new Uint8Array()).size).toBe(0);
  expect(decodeTags(hex('00')).size).toBe(0);
});

test('decodeTags() lets the last of a repeated key win', () => {
  expect([...decodeTags(hex('00 00016b0131 00016b0132'))]).toEqual([['k', '2']]);
});

test.each([1, 0x7f, 0x80, 0xff])(
  'decodeTags() stops at the unknown field %i and keeps what it read',
  (id) => {
    expect([...decodeTags(Uint8Array.from([...hex('00 00016b0176'), id, 0, 0xff]))]).toEqual([['k', 'v']]);
    expect(decodeTags(Uint8Array.from([0, id, 0xff])).size).toBe(0);
  },
);

test.each([1, 0x7f, 0x80, 0xff])('decodeTags() refuses version %i', (version) => {
  expect(() => decodeTags(Uint8Array.from([version, 0, 1, 0x6b, 1, 0x76]))).toThrow(
    `Cannot decode tags: the version is ${version}; only version 0 is known`,
  );
});

test.each([0, 1, 127, 128, 254, 255])('a value of %i characters survives the round trip', (length) => {
  const tags = TagMap.of({ ['k'.repeat(Math.max(1, length))]: 'v'.repeat(length) });
  expect([...decodeTags(encodeTags(tags))]).toEqual([...tags]);
});

test('decodeTags() refuses a length that does not fit instead of reading past the end', () => {
  expect(codeOf(hex('00 00 ff ff ff ff ff ff ff ff ff 01'))).toBe('TAGS_MALFORMED');
});

test.each([
  ['overlong', '00 00 81 00 6b 01 76'],
  ['overlong zero', '00 00 01 6b 80 00'],
  ['three bytes long', '00 00 81 80 00 6b 01 76'],
  ['over 255', `00 00 01 6b 80 02 ${'76'.repeat(256)}`],
])('decodeTags() refuses a length that is %s', (_, bytes) => {
  expect(codeOf(hex(bytes))).toBe('TAGS_MALFORMED');
});

test.each([
  ['00 00 01 6b 80 02', 'the length before byte 6 is not a varint of 0 to 255; it is 128, 2'],
  ['00 00 01 6b', 'a length is missing after 4 bytes'],
  ['00 00 06 6b', '6 bytes should follow byte 3; there are 1'],
  ['00 00 01 6b 01 1f', 'value "\\u001f" is not printable ASCII; use characters 0x20 to 0x7e'],
])('decodeTags(%s) says that %s', (bytes, message) => {
  expect(() => decodeTags(hex(bytes))).toThrow(`Cannot decode tags: ${message}`);
});

test('decodeTags() refuses an empty key and takes an empty value', () => {
  expect(codeOf(hex('00 00 00 01 76'))).toBe('TAGS_MALFORMED');
  expect([...decodeTags(hex('00 00 01 6b 00'))]).toEqual([['k', '']]);
});

test.each(['1f', '7f', 'c3', '0a', '00'])(
  'decodeTags() fails whole for one value with the byte %s',
  (byte) => {
    expect(codeOf(hex(`00 00 01 61 01 31 00 01 6b 01 ${byte}`))).toBe('TAGS_MALFORMED');
    expect(codeOf(hex(`00 00 01 61 01 31 00 01 ${byte} 01 6b`))).toBe('TAGS_MALFORMED');
  },
);

test('decodeTags() refuses every cut of an encoding but those between tags', () => {
  const bytes = hex(wire);
  const whole = [0, 1, 13, bytes.length];
  for (let end = 0; end <= bytes.length; end++) {
    expect(codeOf(bytes.subarray(0, end)), `cut at ${end}`).toBe(
      whole.includes(end) ? 'decoded' : 'TAGS_MALFORMED',
    );
  }
});

test('decodeTags() says what is wrong when there are no bytes at all', () => {
  for (const input of [undefined, null, 'text', {}]) {
    expect(() => decodeTags(input as unknown as Uint8Array)).toThrow(MetricsError);
  }
});

test('8192 bytes of tags pass both ways, 8193 neither', () => {
  const full = fullMap();
  expect(decodeTags(encodeTags(TagMap.of(full))).size).toBe(32);
  const over: [string, string][] = [...full, ['k', '']];
  expect(() => encodeTags(TagMap.of(over))).toThrow(
    'Cannot encode tags: the bytes of keys and values are 8193; at most 8192',
  );
  expect(() => encodeTags(TagMap.of(over))).toThrow(expect.objectContaining({ code: 'TAGS_TOO_LARGE' }));
  expect(codeOf([0, ...over.flatMap(([name, value]) => field(name, value))])).toBe('TAGS_TOO_LARGE');
});

test('every repetition of a key counts towards 8192 bytes', () => {
  const repeated = (times: number): number[] => [
    0,
    ...Array.from({ length: times }, () => field('k', 'v'.repeat(127))).flat(),
  ];
  expect(codeOf(repeated(64))).toBe('decoded');
  expect(codeOf(repeated(65))).toBe('TAGS_TOO_LARGE');
});

test('encodeTags() leaves out and reports what cannot travel, and sends the rest', () => {
  const drops: unknown[] = [];
  const tags = TagMap.of({
    path: '/é',
    method: 'GET',
    long: 'x'.repeat(256),
    bad: '\ud800',
    huge: 'é'.repeat(10_000),
  });
  const bytes = encodeTags(tags, { onDropped: (...drop) => drops.push(drop) });
  expect([...decodeTags(bytes)]).toEqual([['method', 'GET']]);
  expect(drops).toEqual([
    ['value_not_ascii', 'path'],
    ['value_too_long', 'long'],
    ['value_not_ascii', 'bad'],
    ['value_too_long', 'huge'],
  ]);
});

test('any map that can travel comes back as it was', () => {
  fc.assert(
    fc.property(legalTags, (tags) => {
      const drops: unknown[] = [];
      const back = decodeTags(encodeTags(tags, { onDropped: () => drops.push(1) }));
      expect([...back]).toEqual([...tags]);
      expect(drops).toEqual([]);
    }),
  );
});

test('of any map, what comes back and what was reported are all of it', () => {
  fc.assert(
    fc.property(anyTags, (tags) => {
      const dropped: string[] = [];
      const back = decodeTags(encodeTags(tags, { onDropped: (_, key) => dropped.push(key) }));
      expect([...back]).toEqual([...tags].filter(([name]) => !dropped.includes(name)));
      expect(back.size + dropped.length).toBe(tags.size);
    }),
  );
});

test('decodeTags() of any bytes gives a map that travels, or a MetricsError', () => {
  const near = fc.tuple(legalTags, fc.nat(), fc.nat(255)).map(([tags, at, byte]) => {
    const bytes = encodeTags(tags);
    bytes[at % bytes.length] = byte;
    return bytes;
  });
  const far = fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from([0, 0, ...bytes]));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000, size: 'max' }), near, far), (bytes) => {
      if (codeOf(bytes) !== 'decoded') return;
      const tags = decodeTags(bytes);
      expect([...decodeTags(encodeTags(tags))]).toEqual([...tags]);
    }),
    { numRuns: 500 },
  );
});
