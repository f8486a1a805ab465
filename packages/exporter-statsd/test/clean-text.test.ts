import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctText, metricName, TEXT_LIMIT } from '../src/clean-text.ts';

const forbidden = /[^A-Za-z0-9_-]/u;
const texts = fc.string({ unit: fc.constantFrom(...'ab_-.|é\n', '👩'), maxLength: 6 });

test('distinctText() never makes two texts equal', () => {
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      expect(distinctText(a, forbidden) === distinctText(b, forbidden)).toBe(a === b);
    }),
    { numRuns: 2000 },
  );
});

test('distinctText() leaves clean texts as they are, and takes out all that is forbidden', () => {
  expect(distinctText('GET_all-2', forbidden)).toBe('GET_all-2');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = distinctText(text.toWellFormed(), forbidden);
      expect(forbidden.test(clean)).toBe(false);
      expect(Buffer.byteLength(clean)).toBeLessThanOrEqual(TEXT_LIMIT);
    }),
  );
});

test('distinctText() is the same in every process', () => {
  expect(distinctText('10.0.0.1', forbidden)).toBe('10_0_0_1--gze1cekmtp');
});

test('distinctText() gives a text that looks like one of its own another ending', () => {
  const made = distinctText('a.b', forbidden);
  expect(distinctText(made, forbidden)).not.toBe(made);
});

test('distinctText() cuts long texts, between characters, and keeps them apart', () => {
  const [a, b] = ['é'.repeat(300), `${'é'.repeat(299)}è`].map((text) => distinctText(text, /\|/u));
  expect(a).not.toBe(b);
  expect(a).toMatch(/^é+--[0-9a-z]{10}$/);
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(TEXT_LIMIT);
});

test('metricName() keeps letters, digits, _, - and single dots', () => {
  expect(metricName('http.server_duration-ms')).toBe('http.server_duration-ms');
  expect(metricName('rpc/server:latency é')).toBe('rpc_server_latency__');
  expect(metricName('..a..b.')).toBe('_a.b_');
  expect(metricName('x'.repeat(300)).length).toBe(TEXT_LIMIT);
  expect(metricName(`${'x'.repeat(300)}a`)).not.toBe(metricName(`${'x'.repeat(300)}b`));
});
