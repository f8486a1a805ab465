import { describe, expect, test } from 'vitest';
import { type ExponentialOptions, exponential, MetricsError } from '../src/index.ts';

describe('exponential()', () => {
  test('has the defaults of its documentation', () => {
    expect(exponential()).toEqual({
      kind: 'exponential',
      schema: 3,
      maxBuckets: 160,
      zeroThreshold: 2.938735877055719e-39,
      minResetInterval: 0,
      maxZeroThreshold: 0,
      maxExemplars: 10,
      exemplarMaxAge: 300_000,
    });
    expect(Object.isFrozen(exponential())).toBe(true);
  });

  test.each([
    [65536, -4],
    [1e300, -4],
    [256, -3],
    [16, -2],
    [4, -1],
    [2, 0],
    [1.5, 1],
    [1.2, 2],
    [1.1, 3],
    [1.05, 4],
    [1.03, 5],
    [1.02, 6],
    [1.01, 7],
    [1.005, 8],
    [1 + Number.EPSILON, 8],
  ])('factor %d is schema %i', (factor, schema) => {
    expect(exponential({ factor }).schema).toBe(schema);
  });

  test('takes a definition for options', () => {
    const definition = exponential({ factor: 2, maxBuckets: 7, zeroThreshold: 0, maxZeroThreshold: 1 });
    expect(exponential(definition)).toEqual(definition);
  });

  test.each<[string, unknown]>([
    ['schema', { schema: 9 }],
    ['schema', { schema: -5 }],
    ['schema', { schema: 1.5 }],
    ['schema', { schema: '3' }],
    ['factor', { factor: 1 }],
    ['factor', { factor: Number.NaN }],
    ['factor', { factor: Number.POSITIVE_INFINITY }],
    ['factor', { factor: 2, schema: 0 }],
    ['maxBuckets', { maxBuckets: -1 }],
    ['maxBuckets', { maxBuckets: 4097 }],
    ['maxBuckets', { maxBuckets: 2.5 }],
    ['zeroThreshold', { zeroThreshold: -1e-9 }],
    ['zeroThreshold', { zeroThreshold: Number.POSITIVE_INFINITY }],
    ['minResetInterval', { minResetInterval: Number.NaN }],
    ['maxZeroThreshold', { maxZeroThreshold: '1' }],
    ['maxExemplars', { maxExemplars: 1001 }],
    ['exemplarMaxAge', { exemplarMaxAge: -1 }],
    ['definition', null],
    ['definition', true],
  ])('refuses a bad %s: %j', (option, options) => {
    const refused = () => exponential(options as ExponentialOptions);
    expect(refused).toThrow(MetricsError);
    expect(refused).toThrow(`Cannot define exponential histogram: ${option} is `);
  });
});
