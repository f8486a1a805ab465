import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MetricName, NamePattern } from '../src/name-pattern.ts';

test.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/bc', false],
  ['*', '', true],
  ['*', 'x', true],
  ['a*', 'a', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'axbxc', true],
  ['a*b*c', 'axcxb', false],
  ['*b*', 'abc', true],
  ['a*bc*c', 'abc', false],
  ['a**b', 'ab', true],
  ['a.b', 'axb', false],
])('%s fits %s: %s', (pattern, name, expected) => {
  expect(new NamePattern(pattern).matches(name)).toBe(expected);
});

test('a pattern fits what a regular expression of the same meaning fits', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      const same = new RegExp(`^${pattern.replaceAll('*', '[^]*')}$`);
      expect(new NamePattern(pattern).matches(name)).toBe(same.test(name));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['dapr_http_server_request_count', 'http/server/request_count', true],
  ['http_server_request_count', 'http/server/request_count', true],
  ['http/server/request_count', 'http/server/request_count', true],
  ['dapr_grpc_io_server_completed_rpcs', 'grpc.io/server/completed_rpcs', true],
  ['grpc.io/server/completed_rpcs', 'grpc.io/server/completed_rpcs', true],
  ['dapr_x_dapr_y', 'x/dapr/y', true],
  ['dapr_x_dapr_y', 'x/y', false],
  ['other_x', 'x', false],
  ['http_server', 'http/server/latency', false],
  ['http_server_latency_bucket', 'http/server/latency', false],
  ['dapr_http/*', 'http/server/latency', true],
  ['dapr_x', 'dapr_x', true],
])('a rule for %s is one for %s: %s', (written, name, expected) => {
  expect(new MetricName(written, 'dapr').matches(name)).toBe(expected);
});

test('an empty namespace takes nothing off', () => {
  expect(new MetricName('_x', '').matches('x')).toBe(false);
  expect(new MetricName('my_app_x', 'my-app').matches('x')).toBe(true);
});
