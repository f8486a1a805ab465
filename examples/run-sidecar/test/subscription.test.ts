import { describe, expect, test } from 'vitest';
import { json } from '../answer.ts';
import { MemoryBroker } from '../components/broker.ts';
import { deliverTo } from '../components/subscription.ts';
import { freshRuntime, TestApp } from './fresh-sidecar.ts';

describe('deliverTo()', () => {
  test.each([
    ['an answer', [json(200, {})], { 'success success': 1 }],
    ['an answer that is no JSON', [{ status: 200, text: 'thanks' }], { 'success success': 1 }],
    ['an answer that drops', [json(200, { status: 'DROP' })], { 'success drop': 1 }],
    ['no such route', [{ status: 404 }], { 'drop drop': 1 }],
    [
      'a failure, then an answer',
      [{ status: 500 }, json(200, {})],
      { 'retry retry': 1, 'success success': 1 },
    ],
    [
      'a wish for another try, then a failure, and another',
      [json(200, { status: 'RETRY' }), { status: 503 }, { status: 504 }],
      { 'retry retry': 2, 'drop drop': 1 },
    ],
  ])('counts each try of a message that gets %s', async (_what, answers, expected) => {
    const { runtime, counted } = freshRuntime();
    const app = new TestApp(...answers);
    await deliverTo(app, 'orders', runtime)('{"items":1}');
    expect(app.calls.map(({ method, body }) => [method, body])).toEqual(
      answers.map(() => ['orders', '{"items":1}']),
    );
    expect(counted('component_pubsub_ingress_messages_total', 'process_status', 'status')).toEqual(expected);
  });
});

test('MemoryBroker.close() waits for the messages under way, and later ones go nowhere', async () => {
  const broker = new MemoryBroker();
  const { promise, resolve } = Promise.withResolvers<void>();
  const seen: string[] = [];
  await broker.subscribe('orders', async (data) => {
    await promise;
    seen.push(data);
  });
  await broker.publish('orders', 'first');
  await broker.publish('others', 'second');
  const closed = broker.close();
  await broker.publish('orders', 'third');
  resolve();
  await closed;
  expect(seen).toEqual(['first']);
});
