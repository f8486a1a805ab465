import type { Label } from './desc.ts';
import { checkLabelName } from './names.ts';
import type { Exemplar } from './snapshot.ts';

/** The labels of an exemplar, such as `{ trace_id: '…', span_id: '…' }`. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** The most code points the names and values of an exemplar may have together (OpenMetrics 1.0). */
export const EXEMPLAR_LIMIT = 128;

/** Makes an exemplar of the present moment, or `undefined` if its labels break the rules. */
export function exemplarOf(labels: ExemplarLabels, value: number): Exemplar | undefined {
  const list: Label[] = [];
  let length = 0;
  for (const name of Object.keys(labels).sort()) {
    const text = labels[name];
    if (typeof text !== 'string' || !text.isWellFormed() || !isLabelName(name)) return undefined;
    length += [...name].length + [...text].length;
    list.push({ name, value: text });
  }
  return length > EXEMPLAR_LIMIT ? undefined : { labels: list, value, timestamp: Date.now() };
}

function isLabelName(name: string): boolean {
  try {
    checkLabelName(name, '');
    return true;
  } catch {
    return false;
  }
}
