import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellStore } from '../src/cell-store.ts';

const mark = (row: number, cell: number): number => row * 1000 + cell + 1;

function filled(stride: number, rows: number): CellStore {
  const cells = new CellStore(stride);
  for (let row = 0; row < rows; row++) {
    const [block, offset] = [cells.blockOf(row), cells.offsetOf(row)];
    for (let cell = 0; cell < stride; cell++) block[offset + cell] = mark(row, cell);
  }
  return cells;
}

test('every cell of every row has a place of its own, in any order of first use', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40 }),
      fc.uniqueArray(fc.nat(3000), { maxLength: 60 }),
      (stride, rows) => {
        const cells = new CellStore(stride);
        const places = rows.flatMap((row) => {
          const [block, offset] = [cells.blockOf(row), cells.offsetOf(row)];
          expect(offset + stride).toBeLessThanOrEqual(block.length);
          return Array.from({ length: stride }, (_, cell) => [block, offset + cell] as const);
        });
        for (const [i, [block, at]] of places.entries()) block[at] = i + 1;
        expect(places.map(([block, at]) => block[at])).toEqual(places.map((_, i) => i + 1));
      },
    ),
  );
});

test('copy() gives all rows, or those listed, side by side', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.nat(200),
      fc.array(fc.nat(199)),
      (stride, rows, picked) => {
        const cells = filled(stride, rows);
        const row = (r: number): number[] => Array.from({ length: stride }, (_, cell) => mark(r, cell));
        expect([...cells.copy(rows)]).toEqual(Array.from({ length: rows }, (_, r) => row(r)).flat());
        const listed = picked.filter((r) => r < rows);
        expect([...cells.copy(listed.length, listed)]).toEqual(listed.flatMap(row));
      },
    ),
  );
});

test('copy() of rows that were never touched is zero, and a copy never changes', () => {
  const cells = new CellStore(2);
  const before = cells.copy(20);
  cells.blockOf(0)[0] = 7;
  expect([...before]).toEqual(Array(40).fill(0));
});

test('clearRow() zeroes one row and no other', () => {
  const cells = filled(3, 40);
  cells.clearRow(16);
  expect([...cells.copy(40)].filter((value) => value === 0)).toHaveLength(3);
  expect([...cells.copy(1, [16])]).toEqual([0, 0, 0]);
});

test('blocks never move and are given by the allocator, doubling', () => {
  const lengths: number[] = [];
  const cells = new CellStore(2, (length) => {
    lengths.push(length);
    return new Float64Array(length);
  });
  const first = cells.blockOf(0);
  cells.blockOf(100);
  expect(cells.blockOf(15)).toBe(first);
  expect(lengths).toEqual([32, 64, 128]);
});
