import { once } from 'node:events';
import { connect } from 'node:http2';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { textOf } from '../../../test/support/render.ts';
import { OTHER_METHOD } from '../src/index.ts';
import { MethodNames } from '../src/method-names.ts';
import { call, echoing } from './calls.ts';
import { bytes, Echo } from './echo.ts';

const one = [Buffer.from('a')];

test('a scanner that calls random methods leaves no row at the server and does not disturb those of known ones', async () => {
  await using rpc = await Echo.start(echoing());
  const session = connect(`http://${rpc.address}`);
  await call(rpc.client, 'Unary', one);
  const answers = await Promise.all(
    Array.from({ length: 2000 }, (_, i) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': i % 2 === 0 ? `/scan.S${i}/M${i}` : `/test.Echo/M${i}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.end(Buffer.alloc(5));
      stream.resume();
      return new Promise<unknown>((resolve) => {
        stream.on('response', (headers) => resolve(headers['grpc-status']));
      });
    }),
  );
  session.close();
  await once(session, 'close');
  expect(new Set(answers)).toEqual(new Set([String(status.UNIMPLEMENTED)]));
  await call(rpc.client, 'Unary', one);
  await rpc.figures.ends('server', 2);
  const { families } = await rpc.figures.registry.gather();
  const rows = families
    .filter(({ name }) => name.startsWith('grpc.io/server/'))
    .map(({ parts }) => parts.reduce((sum, part) => sum + part.rows, 0));
  expect(rows).toEqual(Array(11).fill(1));
});

test('a client that is made to call any method makes rows up to the limit, and one for all others', async () => {
  await using rpc = await Echo.start(echoing(), { client: { methodLimit: 10 } });
  for (let i = 0; i < 50; i++) {
    await new Promise((resolve) => {
      rpc.client.makeUnaryRequest(`/scan.S/M${i}`, bytes, bytes, Buffer.alloc(1), resolve);
    });
  }
  await rpc.figures.ends('client', 50);
  const started = rpc.figures.rows('grpc.io/client/started_rpcs');
  expect(started).toHaveLength(11);
  expect(started).toContainEqual([OTHER_METHOD, 40]);
  expect(started).toContainEqual(['scan.S/M9', 1]);
  expect(rpc.figures.completed('client')[`${OTHER_METHOD} UNIMPLEMENTED`]).toBe(40);
  expect(await textOf(rpc.figures.registry)).toContain(
    'oriel_label_values_folded_total{label="grpc_client_method",metric="grpc.io/client/started_rpcs"} 40\n',
  );
});

test('MethodNames takes the leading slash away and no other, and knows a path again beyond the limit', () => {
  let folded = 0;
  const names = new MethodNames(2, () => {
    folded++;
  });
  expect(['/a.B/C', 'a/b', '/x.Y/Z', '//', '/a.B/C'].map((path) => names.of(path))).toEqual([
    ...['a.B/C', 'a/b'],
    ...[OTHER_METHOD, OTHER_METHOD, 'a.B/C'],
  ]);
  expect(folded).toBe(2);
  expect(new MethodNames(5, () => {}).of('//a')).toBe('/a');
});
