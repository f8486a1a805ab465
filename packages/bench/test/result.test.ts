import { expect, test } from 'vitest';
import type { Case } from '../src/case.ts';
import { type CaseResult, entries, failures, measuredValue } from '../src/result.ts';
import { caseLines, shown, targetLines } from '../src/table.ts';
import { allocationFree, below, faster, flat, measuredIn, smaller } from '../src/target.ts';

const one: Case = { name: 'record/count/1', says: 'a count', unit: 'ns', peers: [] };
const results: readonly CaseResult[] = [
  {
    case: one,
    outcomes: [
      { peer: 'oriel', runs: [2, 4, 3] },
      { peer: 'prom-client', runs: [120, 150, 160] },
      { peer: 'otel', failed: 'no answer' },
      { peer: 'opencensus', skipped: 'has no count' },
      { peer: 'prometheus-io', skipped: 'has no count' },
    ],
  },
  {
    case: { ...one, name: 'hold/page/1', unit: 'ms', summary: 'worst' },
    outcomes: [{ peer: 'oriel', runs: [5, 11] }],
  },
  {
    case: { ...one, name: 'allocate/count/1', unit: 'bytes' },
    outcomes: [
      { peer: 'oriel', runs: [0] },
      { peer: 'prom-client', runs: [328] },
    ],
  },
];

test('entries() are what was measured, the value under the name of its unit', () => {
  expect(entries(results)).toEqual([
    { case: 'record/count/1', peer: 'oriel', ns: 3, runs: [2, 4, 3] },
    { case: 'record/count/1', peer: 'prom-client', ns: 150, runs: [120, 150, 160] },
    { case: 'hold/page/1', peer: 'oriel', ms: 11, runs: [5, 11] },
    { case: 'allocate/count/1', peer: 'oriel', bytes: 0, runs: [0] },
    { case: 'allocate/count/1', peer: 'prom-client', bytes: 328, runs: [328] },
  ]);
});

test('failures() name the case, the peer and the reason', () => {
  expect(failures(results)).toEqual(['record/count/1: otel: no answer']);
});

test('measuredValue() is undefined for a peer that failed, was skipped or is unknown', () => {
  expect(measuredValue(results[0], 'otel')).toBeUndefined();
  expect(measuredValue(results[0], 'opencensus')).toBeUndefined();
  expect(measuredValue(results[1], 'otel')).toBeUndefined();
});

test('caseLines() show values, spread and ratio, failures by name, and who was skipped', () => {
  expect(caseLines(results[0], 14)).toEqual([
    'record/count/1  oriel                  3 ns     67 %',
    '                prom-client          150 ns     27 %             50 ×',
    '                otel           FAILED: no answer',
    '                skipped opencensus, prometheus-io: has no count',
  ]);
});

test('caseLines() show no ratio to nothing', () => {
  expect(caseLines(results[2], 16)[1]).toContain('oriel takes none');
});

test('targets are met, not met, or not measured', () => {
  const targets = [
    faster('count', 40, 'record/count/1', 'prom-client'),
    faster('count', 51, 'record/count/1', 'prom-client'),
    faster('count', 5, 'record/count/1', 'otel'),
    below('held', 10, 'ms', 'hold/page/1'),
    allocationFree('count', 'allocate/count/1'),
  ];
  const verdicts = targetLines(targets, measuredIn(results), { all: true }).map((line) =>
    line.split(/ {2,}/).at(-1),
  );
  expect(verdicts).toEqual(['met', 'NOT MET', 'not measured', 'NOT MET', 'met']);
});

test('targetLines() only count what was not measured, unless all are wanted', () => {
  const target = faster('count', 5, 'record/count/1', 'otel');
  expect(targetLines([target], measuredIn(results), { all: false })).toEqual([
    '1 targets are not measured by these cases',
  ]);
});

test('flat() compares the cost per series', () => {
  const target = flat('page', 1.5, { case: 'record/count/1', series: 1 }, { case: 'hold/page/1', series: 2 });
  expect(target.of(measuredIn(results))).toBeCloseTo(11 / 2 / 3);
  expect(target.isMet(1.5)).toBe(true);
  expect(target.isMet(1.51)).toBe(false);
});

test('smaller() takes off both layouts what a series has beside its numbers', () => {
  const bytes = new Map([
    ['exponential', 180],
    ['classic', 388],
    ['bare', 116],
  ]);
  const part = { text: 'a third', value: 1 / 3 };
  const cases = { small: 'exponential', large: 'classic' };
  const target = smaller('bytes', part, cases, { case: 'bare', numbers: 16 });
  expect(target.of((name) => bytes.get(name))).toBeCloseTo(80 / 288);
  expect(target.of(() => undefined)).toBeUndefined();
  expect(target.isMet(0.33)).toBe(true);
  expect(target.isMet(0.34)).toBe(false);
});

test('shown() keeps three digits that count', () => {
  expect([0, 0.7132, 12.345, 999.4, 12345.6].map(shown)).toEqual(['0', '0.713', '12.3', '999', '12,346']);
});
