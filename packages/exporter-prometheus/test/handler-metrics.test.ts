import { Counter, Desc, type Gatherer, Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { HandlerMetrics } from '../src/handler-metrics.ts';
import { scrapeHandler } from '../src/scrape-handler.ts';
import { ask, rawConnection } from './http-client.ts';
import { emptySnapshot, Gate, serve, until } from './served.ts';

/** The samples of a registry as lines, gathered without a scrape. */
async function samples(registry: Registry): Promise<Map<string, number>> {
  const { families } = await registry.gather();
  const lines = new Map<string, number>();
  for (const { name, parts } of families) {
    for (const { rows, stride, values, labels } of parts) {
      for (let row = 0; row < rows; row++) {
        const label = labels.names.map(
          (_, i) => labels.dictionaries[i][labels.ids[row * labels.names.length + i]],
        );
        for (let cell = 0; cell < stride; cell++) {
          lines.set(
            [name, ...label, ...(stride > 1 ? [cell === 0 ? 'sum' : 'count'] : [])].join(' '),
            values[row * stride + cell],
          );
        }
      }
    }
  }
  return lines;
}

test('scrapeHandler() shows its own metrics at zero from the start', async () => {
  const registry = new Registry();
  await using server = await serve(scrapeHandler({ registry, registerer: registry }));
  const { text } = await ask(server.url);
  for (const line of [
    'promhttp_metric_handler_requests_total{code="200"} 0',
    'promhttp_metric_handler_requests_total{code="500"} 0',
    'promhttp_metric_handler_requests_total{code="503"} 0',
    'promhttp_metric_handler_errors_total{cause="gathering"} 0',
    'promhttp_metric_handler_errors_total{cause="encoding"} 0',
    'promhttp_metric_handler_requests_in_flight 1',
    'oriel_scrape_duration_seconds_count 0',
    'oriel_scrape_page_bytes_count 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

test('a scrape counts itself after its answer', async () => {
  const registry = new Registry();
  await using server = await serve(scrapeHandler({ registry, registerer: registry }));
  await ask(server.url);
  await ask(server.url, { method: 'DELETE' });
  const { body } = await ask(server.url);
  await until(() => true);
  const after = await samples(registry);
  expect(after.get('promhttp_metric_handler_requests_total 200')).toBe(2);
  expect(after.get('promhttp_metric_handler_requests_total 405')).toBe(1);
  expect(after.get('oriel_scrape_page_bytes count')).toBe(2);
  expect(after.get('oriel_scrape_page_bytes sum')).toBeGreaterThan(body.length);
  expect(after.get('oriel_scrape_duration_seconds count')).toBe(2);
  expect(after.get('promhttp_metric_handler_requests_in_flight')).toBe(0);
});

test('errors and refusals are counted by their cause and code', async () => {
  const registry = new Registry();
  const gate = new Gate();
  const desc = new Desc({ name: 'held', type: 'gauge' });
  await using server = await serve(
    scrapeHandler({ registry, registerer: registry, maxConcurrentScrapes: 1, errorHandling: 'fail' }),
  );
  registry.register({
    describe: () => [desc],
    collect: async () => {
      await gate.wait();
      throw new Error('no contact');
    },
  });
  const failing = ask(server.url);
  await gate.reached;
  expect((await ask(server.url)).status).toBe(503);
  gate.open();
  expect((await failing).status).toBe(500);
  const after = await samples(registry);
  expect(after.get('promhttp_metric_handler_requests_total 503')).toBe(1);
  expect(after.get('promhttp_metric_handler_requests_total 500')).toBe(1);
  expect(after.get('promhttp_metric_handler_errors_total gathering')).toBe(1);
});

test('the gauge of scrapes in flight returns to zero after clients left and requests were pipelined', async () => {
  const registry = new Registry();
  const gate = new Gate();
  const served: Gatherer = { gather: () => gate.wait().then(() => emptySnapshot) };
  await using server = await serve(scrapeHandler({ registry: served, registerer: registry }));
  const leaving = new AbortController();
  const aborted = ask(server.url, { signal: leaving.signal });
  const socket = rawConnection(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
  const inFlight = async (): Promise<number | undefined> =>
    (await samples(registry)).get('promhttp_metric_handler_requests_in_flight');
  while ((await inFlight()) !== 4) await until(() => true);
  leaving.abort();
  socket.destroy();
  await expect(aborted).rejects.toThrow();
  while ((await inFlight()) !== 0) await until(() => true);
  gate.open();
  expect((await samples(registry)).get('promhttp_metric_handler_requests_total 200')).toBe(0);
});

test('handlers that share a registerer share their metrics', () => {
  const registry = new Registry();
  expect(HandlerMetrics.in(registry)).toBe(HandlerMetrics.in(registry));
});

test('scrapeHandler() passes on a registration that fails for another reason', () => {
  const registry = new Registry();
  registry.register(new Counter({ name: 'promhttp_metric_handler_errors_total', help: 'Mine.' }));
  expect(() => scrapeHandler({ registry, registerer: registry })).toThrow(
    expect.objectContaining({ code: 'INCONSISTENT_DESCRIPTOR' }),
  );
});
