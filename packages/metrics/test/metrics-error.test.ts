import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes, MetricsError } from '../src/error.ts';

test('instanceof holds across two copies of the module', async () => {
  const specifier = '../src/error.ts?copy';
  const copy: typeof import('../src/error.ts') = await import(/* @vite-ignore */ specifier);
  expect(copy.MetricsError).not.toBe(MetricsError);
  const theirs = new copy.MetricsError('NAME_INVALID', { message: 'Cannot x "y": z' });
  expect([theirs instanceof MetricsError, theirs instanceof Error]).toEqual([true, true]);
});

test.each([null, undefined, 'text', {}, new Error('other'), () => {}])('%o is no MetricsError', (value) => {
  expect(value instanceof MetricsError).toBe(false);
});

test('an error carries its code, details and cause', () => {
  const cause = new Error('why');
  const error = new MetricsError('NAME_INVALID', {
    message: 'Cannot x "y": z',
    details: { name: 'y' },
    cause,
  });
  expect(error).toMatchObject({ name: 'MetricsError', code: 'NAME_INVALID', details: { name: 'y' }, cause });
  expect(new MetricsError('NAME_INVALID', { message: '' })).not.toHaveProperty('cause');
});

// Codes of the other packages stand here for all; each package tests its own.
const own = Object.keys(errorCodes).slice(0, Object.keys(errorCodes).indexOf('MEASURE_CONFLICT'));

test.each(own)('%s is used in this package', (code) => {
  const folder = new URL('../src/', import.meta.url);
  const sources = readdirSync(folder).filter((file) => file !== 'error.ts');
  expect(sources.some((file) => readFileSync(new URL(file, folder), 'utf8').includes(`'${code}'`))).toBe(
    true,
  );
});
