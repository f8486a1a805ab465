import fc from 'fast-check';
import { TagMap } from '../src/tag-map.ts';

/** Any text a wire format can carry. */
const travelling = (minLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme-ascii', minLength, maxLength: 255, size: 'max' });

/** Any map that can travel whole in the binary format: 16 times 510 bytes are under the limit. */
export const legalTags: fc.Arbitrary<TagMap> = fc
  .array(fc.tuple(travelling(1), travelling(0)), { maxLength: 16 })
  .map((pairs) => TagMap.of(pairs));

/** Any map a process may hold, with much that cannot travel. */
export const anyTags: fc.Arbitrary<TagMap> = fc
  .array(
    fc.tuple(
      travelling(1),
      fc.oneof(travelling(0), fc.string({ unit: 'binary', maxLength: 300, size: 'max' })),
    ),
    {
      maxLength: 16,
    },
  )
  .map((pairs) => TagMap.of(pairs));

/** 8192 bytes of keys and values, in tags of 256 bytes each. */
export function fullMap(): [string, string][] {
  return Array.from({ length: 32 }, (_, i) => [`key${String(i).padStart(3, '0')}`, 'v'.repeat(250)]);
}
