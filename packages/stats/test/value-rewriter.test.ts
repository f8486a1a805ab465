import { expect, test } from 'vitest';
import { LabelReplacer } from '../src/label-replacer.ts';
import { ValueRewriter } from '../src/value-rewriter.ts';

/** Counts how often it runs. */
class CountingReplacer extends LabelReplacer {
  runs = 0;

  override replace(text: string): string {
    this.runs++;
    return super.replace(text);
  }
}

test('a replacer runs once for each distinct value, however often it is asked for', () => {
  const replacer = new CountingReplacer('[0-9]+', 'N');
  const rewriter = new ValueRewriter([replacer]);
  for (let i = 0; i < 10_000; i++) expect(rewriter.rewrite(`/${i % 100}`)?.text).toBe('/N');
  expect(replacer.runs).toBe(100);
});

test('8000 values in turn are each evaluated once', () => {
  const replacer = new CountingReplacer('[0-9]+', 'N');
  const rewriter = new ValueRewriter([replacer]);
  for (let i = 0; i < 32_000; i++) rewriter.rewrite(`/${i % 8000}`);
  expect(replacer.runs).toBe(8000);
});

test('numbers, long and broken texts are evaluated once too', () => {
  const replacer = new CountingReplacer('.', '');
  const rewriter = new ValueRewriter([replacer]);
  for (const value of [200, 200, '200', 'x'.repeat(5000), 'x'.repeat(5000), '\ud800', '\ud800']) {
    expect(rewriter.rewrite(value)?.text).toBe('');
  }
  expect(replacer.runs).toBe(3);
});

test('nothing is asked for an empty value, and nothing made of what is no label value', () => {
  const replacer = new CountingReplacer('', 'x');
  const rewriter = new ValueRewriter([replacer]);
  for (const value of ['', null, undefined]) expect(rewriter.rewrite(value)?.text).toBe('');
  for (const value of [{}, [], Symbol('s'), () => {}]) expect(rewriter.rewrite(value)).toBeUndefined();
  expect(replacer.runs).toBe(0);
});

test('keys are equal for equal work and differ for other patterns, templates, orders and limits', () => {
  const key = (limit: number, ...pairs: [string, string][]) =>
    new ValueRewriter(
      pairs.map(([pattern, template]) => new LabelReplacer(pattern, template)),
      limit,
    ).key;
  const keys = [
    key(64, ['a', 'b']),
    key(65, ['a', 'b']),
    key(64, ['b', 'a']),
    key(64, ['a', 'b'], ['c', 'd']),
    key(64, ['c', 'd'], ['a', 'b']),
    key(64),
  ];
  expect(new Set(keys).size).toBe(keys.length);
  expect(key(64, ['a', 'b'])).toBe(keys[0]);
});
