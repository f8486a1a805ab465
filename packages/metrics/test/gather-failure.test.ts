import { expect, test } from 'vitest';
import type { FamilySink } from '../src/collector.ts';
import { Desc } from '../src/desc.ts';
import { Registry } from '../src/registry.ts';
import { collecting, never, set } from './collecting.ts';
import { codesOf, gatherAll, seriesOf } from './rows-of.ts';

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const boom = (): never => {
  throw new Error('boom');
};

const thenable = (then: PropertyDescriptor): never => Object.defineProperty({}, 'then', then) as never;

const throwing = (what: unknown) => () => {
  throw what;
};

const failures: [string, () => void | Promise<void>][] = [
  ['throws an error', boom],
  ['throws nothing', throwing(undefined)],
  ['throws a proxy that is revoked', throwing(revoked.proxy)],
  ['throws an object without prototype', throwing(Object.create(null))],
  ['rejects', () => Promise.reject(new Error('boom'))],
  ['rejects with a proxy that is revoked', () => Promise.reject(revoked.proxy)],
  ['rejects later', () => Promise.resolve().then(boom)],
  ['gives a thenable that cannot be read', () => thenable({ get: boom })],
  ['gives a thenable that throws', () => thenable({ value: boom })],
];

test.each(failures)('a collector that %s costs its own families only', async (_, fail) => {
  const bad = collecting('bad', (out, desc) => {
    out.gauge(desc, 1);
    return fail();
  });
  const snapshot = await gatherAll(set('a', 1), bad, set('z', 2));
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 1],
    ['z{}', 2],
  ]);
  expect(codesOf(snapshot)).toEqual(['COLLECT_FAILED']);
});

test.each([null, 5, 'text', {}])('collect() may return %o, as arrow functions do', async (value) => {
  const odd = collecting('odd', (out, desc) => {
    out.gauge(desc, 1);
    return value as never;
  });
  expect(seriesOf(await gatherAll(odd))).toEqual([['odd{}', 1]]);
});

test('a collector whose describe() fails later costs only itself', async () => {
  let fine = true;
  const desc = new Desc({ name: 'bad', type: 'gauge' });
  const registry = new Registry();
  registry.register({
    describe: () => {
      if (!fine) throw new Error('boom');
      return [desc];
    },
    collect: () => {},
  });
  registry.register(set('a', 1));
  fine = false;
  const snapshot = await registry.gather();
  expect(seriesOf(snapshot)).toEqual([['a{}', 1]]);
  expect(codesOf(snapshot)).toEqual(['COLLECT_FAILED']);
});

test('a collector that never answers costs the time limit, and what it wrote is served', async () => {
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(set('a', 1));
  registry.register(
    collecting('slow', (out, desc) => {
      out.gauge(desc, 7);
      return never;
    }),
  );
  const snapshot = await registry.gather();
  expect(seriesOf(snapshot)).toEqual([
    ['a{}', 1],
    ['slow{}', 7],
  ]);
  expect(codesOf(snapshot)).toEqual(['COLLECT_TIMEOUT']);
});

test('a collector that heeds the signal can still write what it has', async () => {
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(
    collecting(
      'slow',
      (out, desc) =>
        new Promise((resolve) => {
          out.signal.addEventListener('abort', () => {
            out.gauge(desc, 7);
            resolve();
          });
        }),
    ),
  );
  const snapshot = await registry.gather();
  expect(seriesOf(snapshot)).toEqual([['slow{}', 7]]);
  expect(snapshot.errors).toEqual([]);
});

test('what is written after the end changes nothing', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let late: FamilySink | undefined;
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(
    collecting('slow', (out, desc) => {
      out.gauge(desc, 1);
      late = out;
      return promise;
    }),
  );
  const snapshot = await registry.gather();
  const desc = new Desc({ name: 'slow', type: 'gauge' });
  late?.gauge(desc, 2);
  late?.columns(desc, snapshot.families[0].parts[0]);
  late?.error(new Error('late'));
  resolve();
  expect(seriesOf(snapshot)).toEqual([['slow{}', 1]]);
  expect(snapshot.errors).toHaveLength(1);
});

test('a collector that still runs is not started again until it has ended', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let started = 0;
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(
    collecting('slow', () => {
      started++;
      return promise;
    }),
  );
  expect(codesOf(await registry.gather())).toEqual(['COLLECT_TIMEOUT']);
  expect(codesOf(await registry.gather())).toEqual(['COLLECT_TIMEOUT']);
  expect(started).toBe(1);
  resolve();
  await promise;
  await new Promise(setImmediate);
  expect(codesOf(await registry.gather())).toEqual([]);
  expect(started).toBe(2);
});

test("a late rejection is nobody else's", async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const registry = new Registry({ collectTimeoutMs: 1 });
  registry.register(collecting('slow', () => promise));
  const snapshot = await registry.gather();
  reject(new Error('late'));
  await new Promise(setImmediate);
  expect(codesOf(snapshot)).toEqual(['COLLECT_TIMEOUT']);
});
