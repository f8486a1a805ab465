import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiReport } from './api-report.ts';

let folder: string;
const write = (name: string, lines: readonly string[]) => writeFileSync(join(folder, name), lines.join('\n'));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oriel-api-'));
  write('index.ts', [
    "export { Counter as Count, limit } from './counter.ts';",
    "export type { Options } from './counter.ts';",
    "export { read } from './passing.ts';",
    "export { MetricsError } from '@oriel/metrics';",
  ]);
  write('passing.ts', ["export { read } from './counter.ts';"]);
  write('counter.ts', [
    '/** Says something. */',
    'export interface Options { readonly name: string /* inside */ }',
    'export class Counter { #value = 0; add(by: number): void { this.#value += by; } }',
    'export const limit: number = 5;',
    'export function read(text: string): string;',
    'export function read(text: number): number;',
    'export function read(text: string | number): string | number { return text; }',
    'export const hidden: number = 1;',
  ]);
});

afterAll(() => rmSync(folder, { recursive: true }));

test('apiReport() lists every name with its declaration and nothing else', () => {
  expect(apiReport(join(folder, 'index.ts'))).toBe(`class Counter {
  add(by: number): void;
}

MetricsError: re-exported from "@oriel/metrics"

interface Options {
  readonly name: string;
}

const limit: number;

function read(text: string): string;
function read(text: number): number;
`);
});

test('apiReport() refuses a name that the file behind it does not export', () => {
  write('broken.ts', ["export { missing } from './counter.ts';"]);
  expect(() => apiReport(join(folder, 'broken.ts'))).toThrow('Cannot report "missing"');
});
