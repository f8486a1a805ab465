import { expect, test } from 'vitest';
import { writeDestination } from '../src/destination-url.ts';

test.each([
  ['remote-write+http://host:9090/api/v1/write', 'http://host:9090/api/v1/write'],
  ['remote-write://host:9090', 'http://host:9090/api/v1/write'],
  ['remote-write+https://host/push?tenant=a', 'https://host/push?tenant=a'],
  ['remote-write+http://[::1]:9090/', 'http://[::1]:9090/api/v1/write'],
])('%s sends to %s', (named, url) => {
  expect(writeDestination(new URL(named), '').url.href).toBe(url);
});

test('the URL by which the backend is named wins over the setting', () => {
  expect(writeDestination(new URL('remote-write+http://a'), 'http://b').url.host).toBe('a');
  const set = writeDestination(undefined, 'https://b:1/w');
  expect([set.url.href, set.id]).toEqual(['https://b:1/w', 'remote-write']);
});

test('user and password are decoded, and stand neither in the address nor in the label', () => {
  const { url, user, id } = writeDestination(
    new URL('remote-write+http://us%20er:p%40ss@host/w?token=x'),
    '',
  );
  expect(user).toEqual({ username: 'us er', password: 'p@ss' });
  expect([url.href, id]).toEqual(['http://host/w?token=x', 'remote-write+http://host/w']);
});

test.each([
  [undefined, 'its URL is missing; use remote-write+http://host:port/path or the setting "url"'],
  ['remote-write+udp://host', 'has another scheme; use remote-write+http or remote-write+https'],
  ['remote-write+http://a%zz:b@host', 'have a broken percent escape; write % as %25'],
])('%s is refused', (named, fault) => {
  expect(() => writeDestination(named === undefined ? undefined : new URL(named), '')).toThrow(fault);
});
