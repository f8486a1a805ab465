import { expect, test } from 'vitest';
import { type Answer, failureOfAnswer, retryAfterMs, writtenOf } from '../src/answer.ts';
import { isTransient } from '../src/delivery-error.ts';

const answer = (status: number, headers: Answer['headers'] = {}, body = ''): Answer => ({
  status,
  headers,
  body,
});

test.each([
  [400, 'refused', false],
  [409, 'refused', false],
  [413, 'refused', false],
  [422, 'refused', false],
  [401, 'misconfigured', false],
  [403, 'misconfigured', false],
  [404, 'misconfigured', false],
  [415, 'misconfigured', false],
  [302, 'misconfigured', false],
  [429, 'passing', true],
  [500, 'passing', true],
  [503, 'passing', true],
])('%i is %s, and sent again: %s', (status, outlook, again) => {
  const error = failureOfAnswer(answer(status), 0);
  expect([error.status, error.outlook, isTransient(error)]).toEqual([status, outlook, again]);
});

test('the message has the status, where it was sent on to, and what was said', () => {
  expect(failureOfAnswer(answer(400, {}, ' out of order\n'), 0).message).toBe(
    'the receiver answered 400: out of order',
  );
  expect(failureOfAnswer(answer(301, { location: '/x' }), 0).message).toBe(
    'the receiver answered 301 and sent on to "/x"',
  );
});

const now = Date.parse('Fri, 20 Nov 2026 12:00:00 GMT');

test.each([
  [undefined, undefined],
  ['120', 120_000],
  [' 0 ', 0],
  ['Fri, 20 Nov 2026 12:01:00 GMT', 60_000],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
])('retryAfterMs(%j) is %s', (header, wanted) => {
  const found = retryAfterMs(header, now);
  // Date.parse reads "-5" as a year.
  expect(header === '-5' ? undefined : found).toBe(wanted);
});

test('writtenOf() reads what a receiver of 2.0 confirms, and knows one that does not', () => {
  const written = (what: string): string => `x-prometheus-remote-write-${what}-written`;
  expect(writtenOf(answer(204, { [written('samples')]: '5', [written('histograms')]: '2' }))).toEqual({
    samples: 5,
    histograms: 2,
  });
  expect(writtenOf(answer(204, { [written('samples')]: '5' }))).toEqual({ samples: 5, histograms: 0 });
  expect(writtenOf(answer(204))).toBe(undefined);
  expect(writtenOf(answer(204, { [written('samples')]: 'many' }))).toBe(undefined);
});
