import type { LabelColumns } from '@oriel/metrics';

/**
 * For each row the first row with the same label values; `undefined` if no two rows are equal.
 *
 * Cost: one probe of an open addressed table per row.
 */
export function firstEqualRows(labels: LabelColumns, rows: number): Int32Array | undefined {
  const { ids } = labels;
  const arity = labels.names.length;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(rows * 2 + 1))).fill(-1);
  const firsts = new Int32Array(rows);
  let equal = false;
  for (let row = 0; row < rows; row++) {
    let slot = hashOf(ids, row * arity, arity) & (slots.length - 1);
    while (slots[slot] >= 0 && !same(ids, slots[slot] * arity, row * arity, arity)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    if (slots[slot] < 0) slots[slot] = row;
    else equal = true;
    firsts[row] = slots[slot];
  }
  return equal ? firsts : undefined;
}

function hashOf(ids: Int32Array, start: number, arity: number): number {
  let hash = 0;
  for (let at = start; at < start + arity; at++) {
    hash = Math.imul(hash ^ ids[at], 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function same(ids: Int32Array, a: number, b: number, arity: number): boolean {
  for (let i = 0; i < arity; i++) if (ids[a + i] !== ids[b + i]) return false;
  return true;
}
