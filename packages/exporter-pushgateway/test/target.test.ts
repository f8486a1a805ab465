import { type BackendContext, newExporter, type Resource, systemClock } from '@oriel/exporter';
import { Registry } from '@oriel/metrics';
import { logLines } from '@oriel/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupPath, splitPath } from '../src/group-path.ts';
import { pushgatewaySettings } from '../src/settings.ts';
import { type Target, targetOf } from '../src/target.ts';

function target(
  url: string | undefined,
  settings: object = {},
  resource: Resource = {},
  namespace = 'shop',
): Target {
  const context: BackendContext = {
    ...{ namespace, resource, registry: new Registry(), logger: logLines(), clock: systemClock },
    ...{ options: newExporter('').options(), labelled: (gatherer) => gatherer },
    ...{ listening: () => {}, failed: () => {}, recovered: () => {} },
    ...(url !== undefined && { url: new URL(url) }),
  };
  const read = pushgatewaySettings.safeParse(settings);
  if (!read.success)
    throw new Error(read.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`).join());
  return targetOf(context, read.data);
}

test.each([
  [undefined, {}, 'http://127.0.0.1:9091', '/metrics/job/shop'],
  ['pushgateway://h:9', {}, 'http://h:9', '/metrics/job/shop'],
  ['pushgateway+https://h', { job: 'a b' }, 'https://h', '/metrics/job/a%20b'],
  [
    'pushgateway+http://h/prefix/',
    { grouping: { instance: 'x/y' } },
    'http://h',
    '/prefix/metrics/job/shop/instance@base64/eC95',
  ],
  [
    'pushgateway+http://h/metrics/job/j/instance/i',
    { job: 'no', grouping: { instance: 'no', zone: 'z' } },
    'http://h',
    '/metrics/job/j/instance/i/zone/z',
  ],
  [
    'pushgateway+http://h/p/metrics/job@base64/YS9i/zone@base64/=',
    {},
    'http://h',
    '/p/metrics/job@base64/YS9i/zone@base64/=',
  ],
  ['pushgateway+http://h?job=q&method=POST', { job: 'no' }, 'http://h', '/metrics/job/q'],
  [undefined, { url: 'https://h:1/x' }, 'https://h:1', '/x/metrics/job/shop'],
])('URL %j with %j pushes to %s%s', (url, settings, origin, path) => {
  const { origin: found, path: at } = target(url, settings);
  expect([found.origin, at]).toEqual([origin, path]);
});

test('the job is the setting, else the service name, else the namespace', () => {
  const resource = { 'service.name': 'service' };
  expect(target(undefined, { job: 'set' }, resource).key.get('job')).toBe('set');
  expect(target(undefined, {}, resource).key.get('job')).toBe('service');
  expect(target(undefined, {}, {}).key.get('job')).toBe('shop');
  expect(() => target(undefined, {}, {}, '')).toThrow(
    'Cannot push to "http://127.0.0.1:9091/": the group has no job; set "job", OTEL_SERVICE_NAME or a namespace',
  );
});

test('user and password of the URL are decoded, and shown in no error', () => {
  expect(target('pushgateway+http://u%40x:p%2Fw@h').user).toEqual({ username: 'u@x', password: 'p/w' });
  expect(() => target('pushgateway+ftp://u:secret@h')).toThrow(
    'Cannot push to "pushgateway+ftp://h": its scheme is "pushgateway+ftp"; use pushgateway+http or pushgateway+https',
  );
  expect(() => target('pushgateway+http://u:secret@h/metrics/job/a/b')).toThrow(
    'Cannot push to "http://h/metrics/job/a/b": its path is no group; use /metrics/job/<job>{/<label>/<value>}',
  );
});

test.each([
  [{ url: 'ftp://h' }, 'url: use an http or https URL'],
  [{ grouping: { job: 'x' } }, 'grouping: use texts by label name, other names than job'],
  [{ grouping: { __x: 'x' } }, 'grouping: use texts by label name, other names than job'],
  [{ grouping: { 'a-b': 'x' } }, 'grouping: use texts by label name, other names than job'],
  [{ grouping: { a: 1 } }, 'grouping: use texts by label name, other names than job'],
  [{ headers: { 'a b': 'x' } }, 'headers: use texts by header name'],
  [{ headers: { 'Content-Type': 'x' } }, 'headers: use texts by header name'],
  [{ headers: { a: 'x\ny' } }, 'headers: use texts by header name'],
  [{ password: 'x' }, 'a password stands without a user; set "username" too'],
  [{ username: 'u', password: 'x', passwordFile: 'y' }, '"password" and "passwordFile" exclude each other'],
  [{ tlsCert: 'x' }, 'a client needs certificate and key; set "tlsCert" and "tlsKey"'],
  [{ tries: 0 }, 'tries: use an integer from 1 to 100'],
])('the settings %j are refused', (settings, message) => {
  expect(() => target(undefined, settings)).toThrow(message);
});

test('groupPath() and splitPath() are each other’s opposite, and a URL leaves the path as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' }), (job, zone) => {
      const key = new Map([
        ['job', job.toWellFormed()],
        ['zone', zone.toWellFormed()],
      ]);
      const path = groupPath(key);
      expect(path).toMatch(/^\/metrics\/job(@base64)?\/[^/]+\/zone(@base64)?\/[^/]+$/);
      expect(new URL(`http://h${path}`).pathname).toBe(path);
      expect(splitPath(`/prefix${path}`)).toEqual({ prefix: '/prefix', key });
    }),
  );
});

test.each([
  '/metrics/job/',
  '/metrics/job/a/b',
  '/metrics/job/a/0b/c',
  '/metrics/job/%zz',
  '/metrics/job/a/job/b',
])('splitPath() takes %s for no group', (path) => {
  expect(splitPath(path)).toBeUndefined();
});

test('a path without a group is a prefix', () => {
  expect(splitPath('/a/metrics/')).toEqual({ prefix: '/a/metrics', key: new Map() });
  expect(splitPath('/')).toEqual({ prefix: '', key: new Map() });
});
