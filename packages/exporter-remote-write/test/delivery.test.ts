import { once } from 'node:events';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { Counter, Gauge, Histogram } from '@oriel/metrics';
import { type HttpAnswer, type HttpDestination, httpDestination } from '@oriel/testkit';
import { uncompress } from 'snappyjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { readMessage } from './message-reader.ts';
import { receiver, versionOf } from './receiver.ts';
import { fill, labelOf, nameOf, received, sendingTo } from './sending.ts';

const open: HttpDestination[] = [];

async function kept(made: Promise<HttpDestination>): Promise<HttpDestination> {
  const destination = await made;
  open.push(destination);
  return destination;
}

afterEach(async () => {
  for (const destination of open.splice(0)) await destination.close();
});

const urlOf = ({ port }: HttpDestination): string => `remote-write+http://127.0.0.1:${port}/w`;

describe('the protocol', () => {
  test('a receiver of 2.0 gets 2.0, with the headers of the specification', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination));
    await sending.exporter.forceFlush();
    const [{ method, path, headers }] = destination.take();
    expect([method, path]).toEqual(['POST', '/w']);
    expect(headers).toMatchObject({
      'content-type': 'application/x-protobuf;proto=io.prometheus.write.v2.Request',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '2.0.0',
      'user-agent': `oriel-exporter-remote-write/${manifest.version}`,
    });
  });

  test('one that confirms nothing gets the same as 1.0, and 1.0 from then on', async () => {
    const destination = await kept(receiver('1.0'));
    await using sending = await sendingTo(urlOf(destination));
    sending.registry.register(new Gauge({ name: 'depth' }));
    await sending.exporter.forceFlush();
    await sending.exporter.forceFlush();
    const requests = destination.take();
    expect(requests.map(versionOf)).toEqual(['2.0', '1.0', '1.0']);
    expect(requests[1].headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    });
    expect(sending.exporter.backends()[0].state).toBe('up');
    expect(await sending.health('remote_write_dropped_samples_total', { reason: 'not_written' })).toBe(0);
  });

  test('after falling back, families are told apart by their names in 1.0', async () => {
    const destination = await kept(receiver('1.0'));
    await using sending = await sendingTo(urlOf(destination), { translation: 'NoTranslation' });
    for (const name of ['a.b', 'a/b']) sending.registry.register(new Gauge({ name }));
    await sending.exporter.forceFlush();
    const [first, second] = destination.take().map((request) => {
      const { series } = readMessage(Buffer.from(uncompress(request.body)), versionOf(request));
      return series.map(nameOf).filter((name) => name.startsWith('a'));
    });
    expect([first, second]).toEqual([['a.b', 'a/b'], ['a_b']]);
  });

  test('one that answers 415 gets 1.0 at once', async () => {
    const answer = (request: Parameters<typeof versionOf>[0]): { status: number } => ({
      status: versionOf(request) === '2.0' ? 415 : 204,
    });
    const destination = await kept(httpDestination({ answer }));
    await using sending = await sendingTo(urlOf(destination));
    await sending.exporter.forceFlush();
    expect(destination.take().map(versionOf)).toEqual(['1.0']);
    expect(sending.exporter.backends()[0].state).toBe('up');
  });

  test('with "2.0" it does not fall back, and says what to do', async () => {
    const destination = await kept(receiver('1.0'));
    await using sending = await sendingTo(urlOf(destination), { protocol: '2.0' });
    await sending.exporter.forceFlush();
    expect(destination.take().map(versionOf)).toEqual(['2.0']);
    expect(sending.exporter.backends()[0].error?.message).toContain('set "protocol" to auto or 1.0');
  });

  test('with "1.0" a receiver of 2.0 gets 1.0', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination), { protocol: '1.0' });
    await sending.exporter.forceFlush();
    expect(destination.take().map(versionOf)).toEqual(['1.0']);
  });
});

describe('labels', () => {
  const identity = async (settings: object, env: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination), { ...settings }, env);
    sending.registry.register(new Gauge({ name: 'depth' }));
    await sending.exporter.forceFlush();
    return received(destination)[0].labels;
  };
  const depth = ['__name__', 'depth'];

  test('job and instance are those of the resource', async () => {
    const env = {
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=eu,service.instance.id=pod-7',
      OTEL_SERVICE_NAME: 'shop',
    };
    expect(await identity({ instance: '' }, env)).toEqual([depth, ['instance', 'pod-7'], ['job', 'eu/shop']]);
  });

  test('without a resource the instance is the host', async () => {
    expect(await identity({ instance: '' })).toEqual([depth, ['instance', hostname()]]);
  });

  test('settings win, and an empty value takes a label away', async () => {
    const env = { OTEL_SERVICE_NAME: 'shop' };
    const labels = { instance: '', zone: 'a' };
    expect(await identity({ job: 'till', labels }, env)).toEqual([depth, ['job', 'till'], ['zone', 'a']]);
  });
});

describe('requests', () => {
  test('a snapshot is split, each series in one of them, and no request too large', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination), { maxSamplesPerSend: 30 });
    const counter = new Counter({ name: 'jobs_total', labelNames: ['i'] });
    fill(counter, 100);
    sending.registry.register(counter);
    await sending.exporter.forceFlush();
    const sizes = destination
      .take()
      .map((request) => readMessage(Buffer.from(uncompress(request.body)), '2.0').series.length);
    expect(Math.max(...sizes)).toBe(30);
    expect(sizes.length).toBeGreaterThan(3);
  });

  test('after a failure half-way the rest is sent, and nothing twice', async () => {
    let answers = 0;
    const confirm = { 'x-prometheus-remote-write-samples-written': '30' };
    const answer = (): HttpAnswer => ({
      status: ++answers === 3 ? 503 : 204,
      headers: confirm,
    });
    const destination = await kept(httpDestination({ answer }));
    await using sending = await sendingTo(urlOf(destination), { maxSamplesPerSend: 30 });
    const counter = new Counter({ name: 'jobs_total', labelNames: ['i'] });
    fill(counter, 100);
    sending.registry.register(counter);
    await sending.exporter.forceFlush();
    expect([answers, sending.exporter.backends()[0].state]).toEqual([3, 'failed']);
    await sending.clock.advance(1000);
    await expect.poll(() => sending.exporter.backends()[0].state).toBe('up');
    const series = received(destination);
    expect(series.length).toBe(100);
    expect(new Set(series.map((each) => labelOf(each, 'i'))).size).toBe(100);
    expect(new Set(series.map(({ samples }) => samples[0].time)).size).toBe(1);
  });

  test('a request that is refused costs its own samples only, and is not sent again', async () => {
    let answers = 0;
    const confirm = { 'x-prometheus-remote-write-samples-written': '30' };
    const answer = (): HttpAnswer =>
      ++answers === 2 ? { status: 400, headers: {} } : { status: 204, headers: confirm };
    const destination = await kept(httpDestination({ answer }));
    await using sending = await sendingTo(urlOf(destination), { maxSamplesPerSend: 30 });
    const counter = new Counter({ name: 'jobs_total', labelNames: ['i'] });
    fill(counter, 100);
    sending.registry.register(counter);
    await sending.exporter.forceFlush();
    expect(received(destination).length).toBe(70);
    expect(sending.exporter.backends()[0].state).toBe('failed');
    expect(await sending.health('remote_write_dropped_samples_total', { reason: 'refused' })).toBe(30);
    expect(await sending.health('exporter_push_failures_total', { cause: 'refused' })).toBe(1);
    expect(await sending.health('exporter_push_queue_length')).toBe(0);
    const before = answers;
    await sending.clock.advance(50_000);
    expect(answers).toBe(before);
  });

  test('401 refuses the whole snapshot with one request', async () => {
    const destination = await kept(httpDestination({ answer: () => ({ status: 401, body: 'who are you' }) }));
    await using sending = await sendingTo(urlOf(destination), { maxSamplesPerSend: 30 });
    const counter = new Counter({ name: 'jobs_total', labelNames: ['i'] });
    fill(counter, 100);
    sending.registry.register(counter);
    const { families } = await sending.registry.gather();
    const all = families.reduce((sum, { parts }) => sum + parts[0].rows, 0);
    await sending.exporter.forceFlush();
    expect(destination.attempts).toBe(1);
    expect(await sending.health('remote_write_dropped_samples_total', { reason: 'refused' })).toBe(all);
    expect(await sending.health('exporter_push_failures_total', { cause: 'refused' })).toBe(1);
    expect(sending.exporter.backends()[0].error?.message).toContain('answered 401: who are you');
  });

  test('what a receiver of 2.0 says it has not written is counted', async () => {
    const headers = { 'x-prometheus-remote-write-samples-written': '3' };
    const destination = await kept(httpDestination({ answer: () => ({ status: 204, headers }) }));
    await using sending = await sendingTo(urlOf(destination));
    const { families } = await sending.registry.gather();
    const all = families.reduce((sum, { parts }) => sum + parts[0].rows, 0);
    await sending.exporter.forceFlush();
    expect(await sending.health('remote_write_dropped_samples_total', { reason: 'not_written' })).toBe(
      all - 3,
    );
    expect(await sending.health('remote_write_sent_samples_total')).toBe(3);
  });

  test('a connection that was closed while it was idle costs no delivery', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination));
    await sending.exporter.forceFlush();
    await destination.behave('absent');
    await destination.behave('well');
    await sending.exporter.forceFlush();
    expect(sending.exporter.backends()[0].state).toBe('up');
    expect(destination.take().length).toBe(2);
  });

  test('a connection that breaks when it is used again costs no delivery', async () => {
    const used = new WeakSet<object>();
    let taken = 0;
    const server = createServer((request, response) => {
      if (used.has(request.socket)) return request.socket.destroy();
      used.add(request.socket);
      const written = { 'x-prometheus-remote-write-samples-written': '1' };
      request.resume().on('end', () => response.writeHead(204, written).end());
      taken++;
      return undefined;
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await using sending = await sendingTo(`remote-write+http://127.0.0.1:${port}`);
    for (let i = 0; i < 3; i++) await sending.exporter.forceFlush();
    expect([taken, sending.exporter.backends()[0].state]).toEqual([3, 'up']);
    expect(await sending.health('exporter_push_failures_total', { cause: 'network' })).toBe(0);
    server.closeAllConnections();
    server.close();
  });
});

describe('series that end', () => {
  test('a family of other bounds ends whole a millisecond before it begins anew', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination));
    const first = new Histogram({ name: 'wait_seconds', buckets: [1, 2] });
    sending.registry.register(first);
    await sending.exporter.forceFlush();
    received(destination);
    sending.registry.unregister(first);
    sending.registry.register(new Histogram({ name: 'wait_seconds', buckets: [1, 5] }));
    await sending.exporter.forceFlush();
    const series = received(destination);
    const [ended, begun] = [series.slice(0, 5), series.slice(5)];
    expect(ended.map((each) => [labelOf(each, 'le') || nameOf(each), each.samples[0].stale])).toEqual([
      ['1.0', true],
      ['2.0', true],
      ['+Inf', true],
      ['wait_seconds_sum', true],
      ['wait_seconds_count', true],
    ]);
    expect(begun.map((each) => labelOf(each, 'le'))).toEqual(['1.0', '5.0', '+Inf', '', '']);
    expect(begun[0].samples[0].time - ended[0].samples[0].time).toBe(1);
  });

  test('a series that began in a snapshot of which a part was lost is ended all the same', async () => {
    let refuses = false;
    const confirm = { 'x-prometheus-remote-write-samples-written': '1' };
    let answers = 0;
    const answer = (): HttpAnswer => ({
      status: refuses && ++answers > 1 ? 503 : 204,
      headers: confirm,
    });
    const destination = await kept(httpDestination({ answer }));
    await using sending = await sendingTo(urlOf(destination), { maxSamplesPerSend: 1, queueLimit: 1 });
    const gauge = new Gauge({ name: 'a_gauge', labelNames: ['i'] });
    sending.registry.register(gauge);
    await sending.exporter.forceFlush();
    refuses = true;
    gauge.set(1, { i: 'short' });
    await sending.exporter.forceFlush();
    gauge.remove('short');
    refuses = false;
    received(destination);
    await sending.exporter.forceFlush();
    const ended = received(destination).filter(({ samples }) => samples[0].stale);
    expect(ended.map((each) => labelOf(each, 'i'))).toEqual(['short']);
    expect(
      await sending.health('remote_write_dropped_samples_total', { reason: 'queue_full' }),
    ).toBeGreaterThan(0);
  });

  test('with staleMarkers off nothing is said', async () => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination), { staleMarkers: false });
    const gauge = new Gauge({ name: 'a_gauge', labelNames: ['i'] });
    sending.registry.register(gauge);
    gauge.set(1, { i: 'x' });
    await sending.exporter.forceFlush();
    gauge.remove('x');
    received(destination);
    await sending.exporter.forceFlush();
    expect(received(destination)).toEqual([]);
  });
});

test('an exemplar is sent once', async () => {
  const destination = await kept(receiver('2.0'));
  await using sending = await sendingTo(urlOf(destination));
  const counter = new Counter({ name: 'jobs_total' });
  sending.registry.register(counter);
  counter.add(1, {}, { trace_id: 'a' });
  await sending.exporter.forceFlush();
  await laterMillisecond();
  await sending.exporter.forceFlush();
  await sending.exporter.forceFlush();
  const counts = received(destination).map(({ exemplars }) => exemplars.length);
  expect([counts[0], counts[2]]).toEqual([1, 0]);
});

test('times rise from snapshot to snapshot, however quickly they follow', async () => {
  const destination = await kept(receiver('2.0'));
  await using sending = await sendingTo(urlOf(destination));
  sending.registry.register(new Gauge({ name: 'depth' }));
  for (let i = 0; i < 20; i++) await sending.exporter.forceFlush();
  const times = received(destination).map(({ samples }) => samples[0].time);
  expect(times.every((time, i) => i === 0 || time >= times[i - 1] + 2)).toBe(true);
});

test('an hour without a receiver drops the oldest snapshots, counts their samples, and loses no total', async () => {
  const destination = await kept(receiver('2.0'));
  await destination.behave('absent');
  await using sending = await sendingTo(urlOf(destination), { queueLimit: 5, metadata: false });
  const counter = new Counter({ name: 'jobs_total', labelNames: ['i'] });
  sending.registry.register(counter);
  for (let minute = 0; minute < 60; minute++) {
    fill(counter, 50);
    await sending.clock.advance(60_000);
  }
  expect(await sending.health('exporter_push_queue_length')).toBe(5);
  expect(
    await sending.health('remote_write_dropped_samples_total', { reason: 'queue_full' }),
  ).toBeGreaterThan(50 * 54);
  await destination.behave('well');
  await sending.exporter.forceFlush();
  const series = received(destination);
  const times = new Set(series.map(({ samples }) => samples[0].time));
  expect(times.size).toBe(5);
  const last = series.filter(({ samples }) => samples[0].time === Math.max(...times));
  expect(last.map(({ samples }) => samples[0].value)).toEqual(Array.from({ length: 50 }, () => 60));
  expect(await sending.health('exporter_push_queue_length')).toBe(0);
});

test('what waits when the backend stops is told to the log, and its metrics go with it', async () => {
  const destination = await kept(receiver('2.0'));
  await destination.behave('absent');
  const sending = await sendingTo(urlOf(destination));
  await sending.exporter.forceFlush();
  expect(await sending.health('exporter_push_queue_length')).toBe(1);
  await sending.exporter.shutdown();
  expect(await sending.health('exporter_push_queue_length')).toBe(undefined);
  expect(sending.log.messages('warn')).toEqual([
    expect.stringMatching(/^[1-9]\d* samples were not delivered before backend "remote-write\+http:/),
  ]);
});

test.each([
  ['absent', 'network'],
  ['cut', 'network'],
  ['fail', 'unavailable'],
  ['throttle', 'throttled'],
  ['refuse', 'refused'],
] as const)(
  'a receiver that is %s is counted as %s, under the names of all backends that send',
  async (fault, cause) => {
    const destination = await kept(receiver('2.0'));
    await using sending = await sendingTo(urlOf(destination));
    await sending.exporter.forceFlush();
    expect(await sending.health('exporter_push_sent_bytes_total')).toBeGreaterThan(0);
    expect(await sending.health('exporter_pushes_total', { result: 'success' })).toBe(1);
    await destination.behave(fault);
    await sending.exporter.forceFlush();
    expect(await sending.health('exporter_push_failures_total', { cause })).toBe(1);
    expect(await sending.health('exporter_pushes_total', { result: 'failure' })).toBe(1);
  },
);

test('a receiver that does not answer in time is counted as timeout', async () => {
  const destination = await kept(receiver('2.0'));
  await destination.behave('hang');
  await using sending = await sendingTo(urlOf(destination), { timeoutMs: 5000 });
  const flushed = sending.exporter.forceFlush();
  await vi.waitFor(() => expect(destination.attempts).toBe(1));
  await sending.clock.advance(5000);
  await flushed;
  expect(await sending.health('exporter_push_failures_total', { cause: 'timeout' })).toBe(1);
  await destination.behave('well');
});

test('two backends of this kind on one registry have metrics of their own', async () => {
  const destination = await kept(receiver('2.0'));
  await using sending = await sendingTo(urlOf(destination));
  await using other = await sendingTo(urlOf(destination));
  await sending.exporter.forceFlush();
  const backend = urlOf(destination);
  expect(await sending.health('remote_write_sent_requests_total', { backend })).toBe(1);
  expect(await other.health('remote_write_sent_requests_total', { backend })).toBe(0);
});

// Exemplars are told apart from those of before by the millisecond.
async function laterMillisecond(): Promise<void> {
  for (const now = Date.now(); Date.now() === now; ) await new Promise((resolve) => setImmediate(resolve));
}
