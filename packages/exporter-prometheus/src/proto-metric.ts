import { LENGTH_DELIMITED, tag, varintLength } from '@oriel/encoding';

/** What a metric begins with inside its family. */
export const METRIC: number = tag(4, LENGTH_DELIMITED);

/** What is left of a field's bytes without its tag and its own length. */
export function contentLength(field: number): number {
  let content = field - 2;
  while (1 + varintLength(content) + content > field) content--;
  return content;
}
