import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../api/routes.ts';
import { MemoryStateStore } from '../components/state-store.ts';
import { freshOperations, freshRuntime } from './fresh-sidecar.ts';

describe('answer()', () => {
  test.each([
    ['GET', '/v1.0/healthz', '', 204, undefined],
    ['GET', '/v1.0/healthz/more', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0/metadata', '', 200, undefined],
    ['GET', '/', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0/constructor/a', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v2.0/healthz', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0/invoke/inventory/method/stock', '', 200, undefined],
    ['GET', '/v1.0/invoke/nobody/method/stock', '', 404, 'ERR_DIRECT_INVOKE'],
    ['GET', '/v1.0/invoke/inventory/method', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0/invoke/inventory/method/a/b', '', 404, 'ERR_NOT_FOUND'],
    ['GET', '/v1.0/state/orders/none', '', 204, undefined],
    ['GET', '/v1.0/state/elsewhere/a', '', 400, 'ERR_STATE_STORE_NOT_FOUND'],
    ['PUT', '/v1.0/state/orders/a%2Fb', '1', 204, undefined],
    ['DELETE', '/v1.0/state/orders/a', '', 204, undefined],
    ['PATCH', '/v1.0/state/orders/a', '', 405, 'ERR_METHOD_NOT_ALLOWED'],
    ['POST', '/v1.0/state/orders', '[{"key":"a","value":{"n":1}}]', 204, undefined],
    ['POST', '/v1.0/state/orders', '[]', 400, 'ERR_MALFORMED_REQUEST'],
    ['POST', '/v1.0/state/orders', '[null]', 400, 'ERR_MALFORMED_REQUEST'],
    ['POST', '/v1.0/state/orders', '[{"key":"a"}]', 400, 'ERR_MALFORMED_REQUEST'],
    ['POST', '/v1.0/state/orders', '{', 400, 'ERR_MALFORMED_REQUEST'],
    ['GET', '/v1.0/state/orders', '', 405, 'ERR_METHOD_NOT_ALLOWED'],
    ['POST', '/v1.0/publish/messages/orders', '{}', 204, undefined],
    ['GET', '/v1.0/publish/messages/orders', '', 405, 'ERR_METHOD_NOT_ALLOWED'],
    ['POST', '/v1.0/publish/messages/secrets', '{}', 403, 'ERR_PUBSUB_FORBIDDEN'],
    ['POST', '/v1.0/publish/elsewhere/orders', '{}', 404, 'ERR_PUBSUB_NOT_FOUND'],
  ])('%s %s %s is answered by %i %s', async (verb, path, body, status, code) => {
    const given = await answer(freshOperations(freshRuntime().runtime), { verb, path, body });
    expect([given.status, given.error?.code]).toEqual([status, code]);
  });

  test('gives back what was stored, one by one or as a list', async () => {
    const operations = freshOperations(freshRuntime().runtime);
    const body = '[{"key":"a","value":{"n":1}},{"key":"b","value":null}]';
    await answer(operations, { verb: 'POST', path: '/v1.0/state/orders', body });
    await answer(operations, { verb: 'PUT', path: '/v1.0/state/orders/c', body: '[3]' });
    const texts = ['a', 'b', 'c'].map(async (key) => {
      const { text } = await answer(operations, { verb: 'GET', path: `/v1.0/state/orders/${key}`, body: '' });
      return text;
    });
    expect(await Promise.all(texts)).toEqual(['{"n":1}', 'null', '[3]']);
  });

  test('counts what a component did, with its failures, and nothing for names that a stranger made up', async () => {
    const { runtime, counted } = freshRuntime();
    const operations = freshOperations(runtime, new MemoryStateStore(1));
    const put = (store: string, key: string) =>
      answer(operations, { verb: 'PUT', path: `/v1.0/state/${store}/${key}`, body: '1' });
    expect([(await put('orders', 'a')).status, (await put('orders', 'b')).error?.code]).toEqual([
      204,
      'ERR_STATE_SAVE',
    ]);
    for (let i = 0; i < 50; i++) {
      await put(`made-up-${i}`, 'a');
      await answer(operations, { verb: 'GET', path: `/v1.0/invoke/made-up-${i}/method/x`, body: '' });
      await answer(operations, { verb: 'POST', path: `/v1.0/publish/messages/made-up-${i}`, body: '' });
    }
    expect(counted('component_state_operations_total', 'component', 'operation', 'success')).toEqual({
      'orders set true': 1,
      'orders set false': 1,
    });
    expect(counted('component_pubsub_egress_messages_total', 'topic')).toEqual({});
    expect(counted('runtime_service_invocation_requests_sent_total', 'dst_app_id')).toEqual({});
  });

  test('never rejects, and a failure always has a code', async () => {
    const operations = freshOperations(freshRuntime().runtime);
    const part = fc.oneof(
      fc.constantFrom('v1.0', 'state', 'orders', 'invoke', 'method', 'publish', '%zz'),
      fc.string(),
    );
    const path = fc.array(part, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`);
    const verb = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'BREW');
    await fc.assert(
      fc.asyncProperty(verb, path, fc.oneof(fc.json(), fc.string()), async (verb, path, body) => {
        const { status, error } = await answer(operations, { verb, path, body });
        expect(error !== undefined).toBe(status >= 400);
      }),
    );
  });
});
