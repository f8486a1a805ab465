import { readPage } from '@oriel/testkit';
import { expect } from 'vitest';
import { testWith } from '../support/tools.ts';
import { RedisServer } from './redis.ts';
import { startSidecar } from './sidecar.ts';

const patience = { timeout: 60_000 };
const key = '/v1.0/state/orders/one';
const topic = '/v1.0/publish/messages/orders';

testWith(
  'redis',
  'a Redis that goes away is failures with their codes, and goes on where it was when it is back',
  async () => {
    const redis = await RedisServer.start();
    const sidecar = await startSidecar('--no-traffic', `--redis=${redis.socket}`);
    const ask = async (path: string, method = 'GET', body?: string): Promise<number> => {
      const response = await fetch(sidecar.api + path, { method, body });
      await response.arrayBuffer();
      return response.status;
    };
    const counted = async (name: string): Promise<Record<string, number>> => {
      const response = await fetch(sidecar.metrics, { headers: { accept: 'text/plain' } });
      const families = readPage(await response.text(), 'text');
      const samples = families.find((family) => family.name === name)?.samples ?? [];
      const shown = ['operation', 'process_status', 'success', 'error_code'];
      return Object.fromEntries(
        samples.map(({ labels, value }) => [
          shown.flatMap((label) => labels.get(label) ?? []).join(' '),
          value,
        ]),
      );
    };
    try {
      expect([await ask(key, 'PUT', '1'), await ask(key), await ask(topic, 'POST', '{}')]).toEqual([
        204, 200, 204,
      ]);
      expect(redis.ask('get', 'shop||one')).toBe('1');
      const delivered = () => counted('component_pubsub_ingress_messages_total');
      await expect.poll(delivered, patience).toEqual({ success: 1 });
      await redis.pause();
      await expect.poll(() => ask(key), patience).toBe(500);
      expect([await ask(key, 'PUT', '2'), await ask(topic, 'POST', '{}')]).toEqual([500, 500]);
      const failed = await counted('component_state_operations_total');
      expect(failed).toMatchObject({ 'get true': 1, 'set true': 1, 'set false': 1 });
      expect(failed['get false']).toBeGreaterThan(0);
      expect(await counted('error_codes_total')).toMatchObject({
        ERR_STATE_GET: failed['get false'],
        ERR_STATE_SAVE: 1,
        ERR_PUBSUB_PUBLISH_MESSAGE: 1,
      });
      await redis.resume();
      await expect.poll(() => ask(key, 'PUT', '3'), patience).toBe(204);
      await expect.poll(() => ask(topic, 'POST', '{}'), patience).toBe(204);
      const published = (await counted('component_pubsub_egress_messages_total')).true;
      await expect.poll(delivered, patience).toEqual({ success: published });
    } finally {
      expect(await sidecar.stop()).toBe(0);
      await redis.stop();
    }
  },
  200_000,
);
