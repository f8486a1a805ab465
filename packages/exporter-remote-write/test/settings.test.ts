import { describe, expect, test } from 'vitest';
import { remoteWriteSettings, settingTable } from '../src/settings.ts';

function issues(input: unknown): string[] {
  const read = remoteWriteSettings.safeParse(input);
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('safeParse() fills in every default', () => {
  const read = remoteWriteSettings.safeParse({ job: 'shop' });
  const defaults = Object.entries(settingTable).map(([name, { otherwise }]) => [name, otherwise]);
  expect(read.success && read.data).toEqual({ ...Object.fromEntries(defaults), job: 'shop' });
});

test('every default is a value that its setting accepts', () => {
  for (const { otherwise, accepts } of Object.values(settingTable)) expect(accepts(otherwise)).toBe(true);
});

describe('safeParse() refuses', () => {
  test.each([
    [{ url: 'ftp://x' }, 'url: use an http or https URL'],
    [{ protocol: '3.0' }, 'protocol: use one of auto, 1.0, 2.0'],
    [{ intervalMs: 0 }, 'intervalMs: use an integer from 100 to 86400000'],
    [{ queueLimit: 1.5 }, 'queueLimit: use an integer from 1 to 10000'],
    [{ labels: { __name__: 'x' } }, 'labels: use texts by label name, names without a leading "__"'],
    [{ labels: { a: 1 } }, 'labels: use texts by label name, names without a leading "__"'],
    [
      { headers: { 'Content-Encoding': 'gzip' } },
      'headers: use texts by header name, without those that the protocol sets',
    ],
    [{ headers: { 'a b': 'x' } }, 'headers: use texts by header name, without those that the protocol sets'],
    [{ headers: { a: 'x\ny' } }, 'headers: use texts by header name, without those that the protocol sets'],
    [
      { bearerToken: 'a', bearerTokenFile: 'b' },
      ': "bearerToken" and "bearerTokenFile" exclude each other; use one of the two',
    ],
    [
      { username: 'a', bearerToken: 'b' },
      ': "username" and "bearerToken" exclude each other; use one of the two',
    ],
    [
      { username: 'a', password: 'b', passwordFile: 'c' },
      ': "password" and "passwordFile" exclude each other; use one of the two',
    ],
    [{ password: 'b' }, ': "password" stands without a user; set "username" too'],
    [{ tlsCert: 'a' }, 'tlsKey: a client needs certificate and key; set both'],
    [{ tlsKey: 'a' }, 'tlsCert: a client needs certificate and key; set both'],
  ])('%j', (input, issue) => {
    expect(issues(input)).toContain(issue);
  });

  test('a setting that does not exist, with the names of all', () => {
    expect(issues({ urll: 'x' })[0]).toMatch(/^urll: the backend has no such setting; use url, protocol, /);
  });
});
