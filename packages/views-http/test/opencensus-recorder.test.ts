import { Registry } from '@oriel/metrics';
import { count, Stats, type TagMap, TagMap as Tags, view } from '@oriel/stats';
import { expect, test } from 'vitest';
import { textOf } from '../../../test/support/render.ts';
import {
  type HttpExchange,
  httpClientMeasures,
  httpServerMeasures,
  httpServerViews,
  httpViews,
  type OpenCensusRecorderOptions,
  openCensusRecorder,
  PathLabels,
} from '../src/index.ts';

function exchange(over: Partial<HttpExchange> = {}): HttpExchange {
  return {
    side: 'server',
    protocol: 'http',
    method: 'GET',
    target: '/users/7?q=1',
    path: '/users/7',
    host: 'example.com',
    localPort: 80,
    tags: Tags.empty as TagMap,
    route: '/users/:id',
    status: 200,
    statusCode: 200,
    latencyMs: 1.25,
    receivedBytes: 100,
    sentBytes: 2000,
    requestBodyBytes: undefined,
    responseBodyBytes: undefined,
    upgraded: false,
    ...over,
  };
}

function recording(options: OpenCensusRecorderOptions = {}) {
  const registry = new Registry();
  const stats = new Stats({ registry });
  const recorder = openCensusRecorder({ ...options, stats });
  const counted = (side: 'server' | 'client', ...tagKeys: string[]): string => {
    const { latency } = side === 'server' ? httpServerMeasures(stats) : httpClientMeasures(stats);
    const name = `by ${tagKeys}`;
    stats.registerViews(view({ name, measure: latency, tagKeys, aggregation: count() }));
    return name;
  };
  return { registry, stats, recorder, counted };
}

test('one exchange is one value of each measure, with fractions of milliseconds', () => {
  const { stats, recorder } = recording();
  stats.registerViews(...httpViews(stats));
  recorder.server?.(exchange());
  recorder.client?.(exchange({ status: 'error' }));
  const server = { http_server_method: 'GET', http_server_route: '/users/:id', http_server_status: '200' };
  const client = { http_client_method: 'GET', http_client_status: 'error' };
  const data = (name: string): unknown => stats.retrieveData(`opencensus.io/http/${name}`);
  expect(data('server/received_bytes')).toMatchObject([
    { tags: server, distribution: { sum: 100, count: 1 } },
  ]);
  expect(data('server/sent_bytes')).toMatchObject([{ tags: server, distribution: { sum: 2000 } }]);
  expect(data('server/server_latency')).toMatchObject([{ tags: server, distribution: { sum: 1.25 } }]);
  expect(data('server/completed_count')).toMatchObject([{ tags: server, value: 1 }]);
  expect(data('client/received_bytes')).toMatchObject([{ tags: client, distribution: { sum: 100 } }]);
  expect(data('client/sent_bytes')).toMatchObject([{ tags: client, distribution: { sum: 2000 } }]);
  expect(data('client/roundtrip_latency')).toMatchObject([{ tags: client, distribution: { sum: 1.25 } }]);
});

test('views may come and go while it records', () => {
  const { stats, recorder, counted } = recording();
  recorder.server?.(exchange());
  const name = counted('server', 'http_server_status');
  recorder.server?.(exchange());
  stats.unregisterViews(name);
  recorder.server?.(exchange());
  counted('server', 'http_server_status');
  recorder.server?.(exchange());
  recorder.server?.(exchange({ status: 'timeout' }));
  expect(stats.retrieveData(name).map(({ tags, value }) => [tags.http_server_status, value])).toEqual([
    ['200', 1],
    ['timeout', 1],
  ]);
});

test('a view that keeps more than the default tags may come late and go early', () => {
  const { stats, recorder, counted } = recording();
  counted('server', 'http_server_method');
  recorder.server?.(exchange());
  const name = counted('server', 'http_server_host');
  recorder.server?.(exchange());
  expect(stats.retrieveData(name)).toMatchObject([{ tags: { http_server_host: 'example.com' }, value: 1 }]);
  stats.unregisterViews(name);
  recorder.server?.(exchange());
  expect(stats.retrieveData('by http_server_method')).toMatchObject([{ value: 3 }]);
});

test('a view of the path gets the route on a server and nothing on a client, never the path itself', () => {
  const { stats, recorder, counted } = recording();
  const server = counted('server', 'http_server_path', 'http_server_status');
  const client = counted('client', 'http_client_path');
  recorder.server?.(exchange());
  recorder.client?.(exchange());
  expect(stats.retrieveData(server)).toMatchObject([{ tags: { http_server_path: '/users/:id' } }]);
  expect(stats.retrieveData(client).map(({ tags, value }) => [tags, value])).toEqual([[{}, 1]]);
});

test('labels say what becomes of paths and verbs', () => {
  const labels = new PathLabels({
    pathMatching: ['/users/{id}'],
    increasedCardinality: false,
    excludeVerbs: true,
  });
  const { stats, recorder, counted } = recording({ labels });
  const name = counted('server', 'http_server_path', 'http_server_method');
  recorder.server?.(exchange());
  recorder.server?.(exchange({ path: '/other/1' }));
  const rows = stats.retrieveData(name);
  expect(rows.map(({ tags }) => [tags.http_server_path, tags.http_server_method])).toEqual([
    ['/users/{id}', undefined],
    [undefined, undefined],
  ]);
});

test('hosts beyond the limit share a label', () => {
  const { stats, recorder, counted } = recording({ hostLimit: 2 });
  const name = counted('server', 'http_server_host');
  for (let i = 0; i < 10_000; i++) recorder.server?.(exchange({ host: `host-${i}` }));
  expect(stats.retrieveData(name).map(({ tags, value }) => [tags.http_server_host, value])).toEqual([
    ['host-0', 1],
    ['host-1', 1],
    ['__overflow__', 9998],
  ]);
});

test('with a list, hosts that are not on it share a label', () => {
  const { stats, recorder, counted } = recording({ hosts: ['example.com'] });
  const name = counted('client', 'http_client_host');
  recorder.client?.(exchange({ host: 'evil' }));
  recorder.client?.(exchange());
  expect(stats.retrieveData(name).map(({ tags }) => tags.http_client_host)).toEqual([
    '__overflow__',
    'example.com',
  ]);
});

test('a view of a tag that came with the request gets it, and the exchange keeps its own tags', () => {
  const { stats, recorder, counted } = recording();
  const name = counted('server', 'tenant', 'http_server_method');
  recorder.server?.(exchange({ tags: Tags.of({ tenant: 'a', http_server_method: 'FORGED' }) }));
  expect(stats.retrieveData(name)).toMatchObject([{ tags: { tenant: 'a', http_server_method: 'GET' } }]);
});

test('a status that does not exist is recorded as UNKNOWN', () => {
  const { stats, recorder, counted } = recording();
  const name = counted('server', 'http_server_status');
  for (const status of [0, 99, 1000, Number.NaN, -1, 799]) recorder.server?.(exchange({ status }));
  expect(stats.retrieveData(name).map(({ tags, value }) => [tags.http_server_status, value])).toEqual([
    ['UNKNOWN', 5],
    ['799', 1],
  ]);
});

test('more routes than are kept at hand are counted all the same', () => {
  const { stats, recorder, counted } = recording();
  const name = counted('server', 'http_server_route');
  for (let i = 0; i < 3000; i++) recorder.server?.(exchange({ route: `/${i}` }));
  for (let i = 0; i < 3000; i++) recorder.server?.(exchange({ route: `/${i}` }));
  const rows = stats.retrieveData(name);
  expect([rows.length, new Set(rows.map(({ value }) => value))]).toEqual([3000, new Set([2])]);
});

test("tags that the operator's file adds to a view, and views it adds, get their values from then on", () => {
  const stats = new Stats({ registry: new Registry() });
  stats.registerViews(...httpServerViews(stats));
  const recorder = openCensusRecorder({ stats });
  const tagged = (): HttpExchange => exchange({ tags: Tags.of({ tenant: 'a' }) });
  recorder.server?.(tagged());
  const [name, added] = ['opencensus.io/http/server/completed_count', 'added'];
  const measure = 'opencensus.io/http/server/server_latency';
  stats.configure({
    views: [
      { name, tags: ['http_server_host', 'http_server_method'] },
      { name: added, measure, aggregation: 'count', tags: ['tenant'] },
    ],
    tags: { rename: { http_server_host: 'host', http_server_method: 'verb' } },
  });
  recorder.server?.(tagged());
  const rowsOf = (view: string) => stats.retrieveData(view).map(({ tags, value }) => [tags, value]);
  expect(rowsOf(name)).toEqual([[{ host: 'example.com', verb: 'GET' }, 1]]);
  expect(rowsOf(added)).toEqual([[{ tenant: 'a' }, 1]]);
  stats.configure({});
  recorder.server?.(tagged());
  expect(rowsOf(name)).toEqual([
    [{ http_server_method: 'GET', http_server_route: '/users/:id', http_server_status: '200' }, 1],
  ]);
});

test('verbs, hosts and statuses that share a label are counted, each where it was folded', async () => {
  const { stats, registry, recorder, counted } = recording({ hosts: ['example.com'] });
  counted('server', 'http_server_host');
  recorder.server?.(exchange());
  expect(await textOf(registry)).not.toContain('oriel_label_values_folded_total{');
  for (const method of ['BREW', 'get', 'PROPFIND']) recorder.server?.(exchange({ method }));
  recorder.client?.(exchange({ method: 'BREW', status: 0 }));
  recorder.server?.(exchange({ host: 'evil' }));
  expect(stats.retrieveData('by http_server_host')).toHaveLength(2);
  const page = await textOf(registry);
  const folded = (side: string, measure: string, label: string): string =>
    `oriel_label_values_folded_total{label="http_${side}_${label}",metric="opencensus.io/http/${side}/${measure}"}`;
  expect(page).toContain(`${folded('server', 'server_latency', 'method')} 3\n`);
  expect(page).toContain(`${folded('server', 'server_latency', 'host')} 1\n`);
  expect(page).toContain(`${folded('client', 'roundtrip_latency', 'method')} 1\n`);
  expect(page).toContain(`${folded('client', 'roundtrip_latency', 'status')} 1\n`);
});

test('verbs are counted once where labels count them', async () => {
  const labels = new PathLabels();
  const { registry, recorder } = recording({ labels });
  registry.register(labels.folds);
  recorder.server?.(exchange({ method: 'BREW' }));
  const page = await textOf(registry);
  expect(page).toContain('oriel_http_labels_folded_total{cause="verb_unknown",side="server"} 1\n');
  expect(page).not.toContain('oriel_label_values_folded_total{');
});
