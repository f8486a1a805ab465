import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Seen } from './exchange-log.ts';

interface Printed {
  readonly seen: readonly Seen[];
  /** How many the middleware measured by itself. */
  readonly own: number;
}

// In a process of its own: the conditions of the test runner make Express load modules it cannot call.
async function askExpress(flags: string, paths: readonly string[]): Promise<Printed> {
  const program = fileURLToPath(new URL('./programs/express-routes.ts', import.meta.url));
  const args = ['--conditions=oriel-source', program, flags, ...paths];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 25_000 });
  return JSON.parse(stdout) as Printed;
}

const routes: readonly (readonly [path: string, route: string, status: number | string])[] = [
  ['/api/users/42?x=1', '/api/users/:id', 200],
  ['/API/USERS/42/', '/api/users/:id', 200],
  ['/api', '/api', 200],
  ['/api/throws/1', '/api/throws/:id', 500],
  ['/tenants/users/deep/users/7', '/tenants/:tenant/deep/users/:id', 200],
  ['/v2/users/7', '/v2/users/:id', 200],
  ['/v1/users/7', '/v1/users/:id', 200],
  ['/sub/info/x', '/sub/info/:what', 200],
  ['/b/1', '/b/:x', 200],
  ['/expr/12', String(/^\/expr\/(\d+)$/), 200],
  ['/files/a/b/c', '/files/*rest', 200],
  ['/own', '/said', 200],
  ['/nowhere/42', '', 404],
  ['/api/nowhere/42', '', 404],
  ['/hang', '/hang', 'aborted'],
];

test.each(['instrumented', 'alone'])(
  'Express gives every request the pattern of its route: %s',
  async (flags) => {
    const { seen, own } = await askExpress(
      flags,
      routes.map(([path]) => path),
    );
    expect(seen.map(({ target, route, status }) => [target, route, status])).toEqual(routes);
    expect(own).toBe(flags === 'alone' ? routes.length : 0);
    const answered = seen.filter(({ status }) => status !== 'aborted');
    expect(answered.filter(({ sentBytes, receivedBytes }) => sentBytes < 100 || receivedBytes < 50)).toEqual(
      [],
    );
  },
);

test('a router that does not tell what it was registered with is asked which segments may be anything', async () => {
  const { seen } = await askExpress('old-router', [
    '/tenants/tenants/deep/users/7',
    '/api/users/1',
    '/tenants/x/deep/users/8',
  ]);
  expect(seen.map(({ route }) => route)).toEqual([
    '/tenants/:tenant/deep/users/:id',
    '/api/users/:id',
    '/tenants/:tenant/deep/users/:id',
  ]);
});
