import { newExporter } from '@oriel/exporter';
import { describe, expect, test } from 'vitest';
import { remoteWrite } from '../src/backend.ts';
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
    [{ bearerToken: 'a', bearerTokenFile: 'b' }, 'bearerTokenFile: leave it out, or "bearerToken"'],
    [{ username: 'a', bearerToken: 'b' }, 'username: leave it out, or the bearer token'],
    [{ username: 'a', bearerTokenFile: 'b' }, 'username: leave it out, or the bearer token'],
    [{ username: 'a', password: 'b', passwordFile: 'c' }, 'passwordFile: leave it out, or "password"'],
    [{ password: 'b' }, 'username: set it, as there is a password'],
    [{ tlsCert: 'a' }, 'tlsKey: set it, as there is "tlsCert"'],
    [{ tlsKey: 'a' }, 'tlsCert: set it, as there is "tlsKey"'],
  ])('%j', (input, issue) => {
    expect(issues(input)).toContain(issue);
  });

  test('a setting that does not exist, with the names of all', () => {
    expect(issues({ urll: 'x' })[0]).toMatch(/^urll: the backend has no such setting; use url, protocol, /);
  });
});

test.each([
  { password: 987 },
  { bearerToken: ['987'] },
  { tlsKey: { pem: '987' } },
  { headers: { 'Content-Encoding': '987' } },
  { headers: { 'a b': '987' } },
  { headers: { a: '9\n87' } },
  { bearerToken: '987', bearerTokenFile: '/a' },
  { username: 'a', password: '987', passwordFile: '/a' },
  { password: '987' },
  { tlsKey: '987' },
])('no message shows the secret of %j', async (settings) => {
  const exporter = newExporter('', {
    backends: [remoteWrite],
    exporters: ['remote-write+http://127.0.0.1:9'],
    backendSettings: { 'remote-write': settings },
    env: {},
  });
  const error = await exporter.init().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'OPTION_INVALID' });
  expect(String(error)).toContain(`"remote-write"`);
  expect(JSON.stringify([String(error), error])).not.toMatch(/987|9.n87/);
});
