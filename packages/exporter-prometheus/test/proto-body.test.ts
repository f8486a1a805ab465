import { expect, test } from 'vitest';
import { encode } from '../src/encode.ts';
import { readFamilies } from './proto-reader.ts';
import { single, snapshotOf } from './snapshots.ts';

test.each([0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000])(
  'a text of %i bytes has its length before it and stays whole',
  (bytes) => {
    const help = 'h'.repeat(bytes);
    const page = encode(snapshotOf(single({ name: 'g', help }, 1)), { format: 'protobuf-delimited' });
    const [one] = readFamilies(Buffer.concat([...page]));
    expect([one.help === help, one.metric]).toEqual([true, [{ gauge: { value: 1 } }]]);
  },
);
