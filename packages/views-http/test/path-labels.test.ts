import { MetricsError } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { daprPaths } from '../src/path-dialect.ts';
import { PathLabels } from '../src/path-labels.ts';
import type { PathRules } from '../src/path-rules.ts';

const dapr = (pathMatching: readonly string[], increasedCardinality: boolean): PathLabels =>
  new PathLabels({ dialect: daprPaths, pathMatching, increasedCardinality });

const actorMethod = '/v1.0/actors/myactortype/{id}/method';
const weather = '/v1.0/actors/WeatherActor/{id}/method/GetWeatherAsync';
const both = [false, true];

describe('the four modes of the reference, with the pattern "/orders/{orderID}"', () => {
  const invoke = '/v1.0/invoke/{app_id}/method/orders/{orderID}';
  test.each([
    ['server', '/v1.0/invoke/svc/method/orders/1', '', invoke, '/v1.0/invoke/svc/method/orders/1', invoke],
    ['server', '//v1.0/invoke/svc/method/orders/9', '', invoke, '/v1.0/invoke/svc/method/orders/9', invoke],
    ['server', '/v1.0/invoke/svc/method/cart/9', '', '', ...twice('/v1.0/invoke/svc/method/cart/9')],
    ['server', '/v1.0/state/mystore/key1', '', '', ...twice('/v1.0/state/mystore')],
    ['server', '/v1.0/actors/T/a1/method/foo', '', '', ...twice('/v1.0/actors/T/{id}/method')],
    ['server', '/v1.0/healthz', '', '', ...twice('/v1.0/healthz')],
    ['client', 'orders/1', '', '/orders/{orderID}', '/orders/1', '/orders/{orderID}'],
    ['client', '/dapr/config', ...twice('/dapr/config'), ...twice('/dapr/config')],
  ] as const)(
    '%s %s: low %j, low with patterns %j, high %j, high with patterns %j',
    (side, path, ...expected) => {
      const modes = both.flatMap((high) => [dapr([], high), dapr(['/orders/{orderID}'], high)]);
      expect(modes.map((labels) => labels[side](path))).toEqual(expected);
    },
  );
});

function twice(label: string): readonly [string, string] {
  return [label, label];
}

describe('the matcher rows of the reference', () => {
  const items = [
    '/v1/orders/{orderID}/items/12345',
    '/v1/orders/{orderID}/items/{itemID}',
    '/v1/items/{itemID}',
  ];
  const actor = '/v1.0/actors/{actorType}/{actorId}';
  const actors = ['method/{method}', 'reminders/{name}', 'timers/{name}', 'state/{key}', 'state'].map(
    (kind) => `${actor}/${kind}`,
  );
  const rows: readonly (readonly [readonly string[], readonly boolean[], string, string])[] = [
    [items, both, '/v1/orders/12345/items/12345', '/v1/orders/{orderID}/items/12345'],
    [items, both, '/v1/orders/12345/items/1111', '/v1/orders/{orderID}/items/{itemID}'],
    [items, both, '/v1/items/12345', '/v1/items/{itemID}'],
    [items, [true], '/v2/basket/12345', '/v2/basket/12345'],
    [items, [false], '/thispathdoesnotexist', ''],
    [[...items, '/'], [false], '/v2/orders/1111', '/'],
    [['/'], [false], '//v1.0/actors/WeatherActor/xyz/method/GetWeatherAsync', '/'],
    [['/', '/v1/'], [false], '/v1/basket', '/v1/'],
    [actors, [false], '/v1.0/actors/T/A/method/M', `${actor}/method/{method}`],
    [actors, [false], '/v1.0/actors/T/A/reminders/R', `${actor}/reminders/{name}`],
    [actors, [false], '/v1.0/actors/T/A/timers/X', `${actor}/timers/{name}`],
    [actors, [false], '/v1.0/actors/T/A/state/K', `${actor}/state/{key}`],
    [actors, [false], '/v1.0/actors/T/A/state', `${actor}/state`],
    [[actorMethod], both, '//v1.0/actors/myactortype/myid/method/foo', actorMethod],
    [[actorMethod], [false], '//v1.0/actors/unknown/myid/method/foo', ''],
    [[weather], [false], '/v1.0/actors/WeatherActor/actor-123/method/GetWeatherAsync', weather],
    [[weather], [false], '/some/other/path', ''],
    [
      ['/orders/{id}'],
      [false],
      '/v1.0/invoke/order-app/method/orders/123',
      '/v1.0/invoke/{app_id}/method/orders/{id}',
    ],
    [['/orders', '//orders', 'orders', '///orders'], [false], '//orders', '/orders'],
    [['/orders/{id}'], [false], '/orders/1/', ''],
    [['/orders/{id}'], [false], '/orders/1/items', ''],
    [['/'], both, '/v1.0/invoke/a/method/b', '/v1.0/invoke/{app_id}/method/'],
  ];
  const cases = rows.flatMap(([patterns, modes, path, label]) =>
    modes.map((high) => [path, label, high ? 'high' : 'low', patterns] as const),
  );

  test.each(cases)('%s is %j at %s cardinality with %j', (path, label, mode, patterns) => {
    const labels = dapr(patterns, mode === 'high');
    expect([labels.server(path), labels.client(path)]).toEqual([label, label]);
  });

  test('"/orders" written in four ways is registered once', () => {
    expect(dapr(['/orders', '//orders', 'orders', '///orders'], false).rules.pathMatching).toEqual([
      '/orders',
    ]);
  });

  test('"/" is the label at high cardinality as well, not the path', () => {
    expect(dapr(['/'], true).server('/some/path')).toBe('/');
  });

  test('a pattern for a path without its ids goes before "/"', () => {
    expect(dapr(['/', actorMethod], false).server('/v1.0/actors/myactortype/1/method/foo')).toBe(actorMethod);
  });
});

describe('unlike in Dapr', () => {
  test('nobody who says nothing gets increased cardinality', () => {
    const labels = new PathLabels({ dialect: daprPaths });
    expect(labels.rules.increasedCardinality).toBe(false);
    expect(labels.server('/some/path')).toBe('');
  });

  test('the client label of an actor pattern is as it was written, not masked again', () => {
    const pattern = '/actors/{type}/{actorId}/method/{m}';
    for (const high of both) expect(dapr([pattern], high).client('actors/T/7/method/m')).toBe(pattern);
  });

  test.each(['/a%25zz', '/a%zz', '/a\u0000b', '/\u001f', '/a%', '/\ud800'])(
    '%j is a path like others',
    (path) => {
      for (const high of both) {
        const labels = dapr(['/{x}'], high);
        expect([labels.server(path), labels.client(path)]).toEqual(['/{x}', '/{x}']);
      }
      expect(dapr(['/orders/{id}'], false).server(path)).toBe('');
    },
  );

  test.each(['/orders/{order-id}', '/a/{x}/{x}', 'GET /x', '/orders/{id'])(
    '%j is refused, not a crash',
    (pattern) => {
      expect(() => dapr([pattern], false)).toThrow(MetricsError);
      expect(() => dapr([pattern], false)).toThrow(
        expect.objectContaining({
          code: 'PATH_PATTERN_INVALID',
          message: expect.stringContaining(`Cannot use path pattern ${JSON.stringify(pattern)}: `),
        }),
      );
    },
  );

  test('a pattern behind the invocation prefix goes before one that is put there', () => {
    const written = '/v1.0/invoke/app/method/{x}';
    const labels = dapr([written, '/orders'], false);
    expect(labels.server('/v1.0/invoke/app/method/orders')).toBe(written);
    expect(labels.server('/v1.0/invoke/other/method/orders')).toBe('/v1.0/invoke/{app_id}/method/orders');
    expect(labels.server('/orders')).toBe('/orders');
  });

  test('a pattern that is the same as one that is put there keeps its own names', () => {
    const written = '/v1.0/invoke/{app}/method/orders';
    expect(dapr(['/orders', written], false).server('/v1.0/invoke/a/method/orders')).toBe(written);
  });

  test('a pattern may have a wildcard "{app_id}" of its own', () => {
    const labels = dapr(['/orders/{app_id}'], false);
    expect(labels.server('/v1.0/invoke/a/method/orders/b')).toBe(
      '/v1.0/invoke/{app_id}/method/orders/{app_id}',
    );
  });

  test('a literal pattern of an id is the label of that id at high cardinality', () => {
    const labels = dapr(['/v1.0/state/s/k'], true);
    expect([labels.server('/v1.0/state/s/k'), labels.server('/v1.0/state/s/other')]).toEqual([
      '/v1.0/state/s/k',
      '/v1.0/state/s',
    ]);
  });

  test('a static path is known without its first slash and with two', () => {
    for (const path of ['dapr/subscribe', '//dapr/subscribe'])
      expect(dapr([], false).client(path)).toBe('/dapr/subscribe');
  });

  test('the id of /v1.0/actors/T/id is no label', () => {
    expect(dapr([], true).server('/v1.0/actors/T/id')).toBe('/v1.0/actors/T/{id}');
  });

  test('a query or fragment never comes into a label', () => {
    const labels = dapr(['/orders/{id}'], true);
    expect(
      ['/orders/1?a=/b', '/cart?token=1#x', '/cart#x?y', '?a'].map((path) => labels.server(path)),
    ).toEqual(['/orders/{id}', '/cart', '/cart', '']);
  });
});

describe('without a dialect', () => {
  test('there are no static paths, no masks and no invocation', () => {
    const labels = new PathLabels({ pathMatching: ['/orders/{id}'], increasedCardinality: true });
    const paths = ['/orders/1', '/v1.0/state/s/k', '/v1.0/invoke/a/method/orders/1'];
    expect(paths.map((path) => labels.server(path))).toEqual(['/orders/{id}', ...paths.slice(1)]);
    expect(new PathLabels().client('/healthz')).toBe('');
  });
});

describe('other rules', () => {
  test('use() changes what holders of the labels get, and takes the rest from where they were made', () => {
    const labels = new PathLabels({ pathMatching: ['/a/{x}'], excludeVerbs: true });
    const { server, verb } = { server: (p: string) => labels.server(p), verb: (v: string) => labels.verb(v) };
    expect([server('/a/1'), server('/b/1'), verb('GET')]).toEqual(['/a/{x}', '', '']);
    labels.use({ pathMatching: ['/b/{y}'], excludeVerbs: false });
    expect([server('/a/1'), server('/b/1'), verb('GET')]).toEqual(['', '/b/{y}', 'GET']);
    labels.use({});
    expect(labels.rules).toEqual(labels.defaults);
    expect([server('/a/1'), server('/b/1'), verb('GET')]).toEqual(['/a/{x}', '', '']);
  });

  test('use() that throws changes nothing', () => {
    const labels = new PathLabels({ pathMatching: ['/a/{x}'] });
    expect(() => labels.use({ pathMatching: ['/b', '/c/{'] })).toThrow('Cannot use path pattern "/c/{"');
    expect([labels.server('/a/1'), labels.server('/b')]).toEqual(['/a/{x}', '']);
    expect(labels.rules.pathMatching).toEqual(['/a/{x}']);
  });

  test('the caller may change its list afterwards', () => {
    const pathMatching = ['/a'];
    const labels = new PathLabels({ pathMatching });
    pathMatching[0] = '/b/{';
    labels.use({});
    expect(labels.server('/a')).toBe('/a');
  });

  test.each([
    [
      { pathMatching: '/a' },
      'Cannot use path rule "pathMatching": it is "/a"; use a list of at most 1000 patterns',
    ],
    [
      { pathMatching: [1] },
      'Cannot use path rule "pathMatching.0": it is 1 (number); use a text such as "/orders/{id}"',
    ],
    [{ excludeVerbs: 'yes' }, 'Cannot use path rule "excludeVerbs": it is "yes"; use true or false'],
    [{ pathLimit: 0 }, 'Cannot use path rule "pathLimit": it is 0 (number); use an integer from 1 to 10000'],
    [
      { patterns: [] },
      'Cannot use path rule "patterns": no rule has this name; use "increasedCardinality", "pathMatching", "excludeVerbs", "pathLimit"',
    ],
  ])('%j is refused with the cure', (rules, message) => {
    const error = expect.objectContaining({ code: 'ARGUMENT_INVALID', message });
    expect(() => new PathLabels(rules as Partial<PathRules>)).toThrow(error);
    expect(() => new PathLabels().use(rules as Partial<PathRules>)).toThrow(error);
  });

  test.each(['/v1/{x', '/v1/', '/v1/{rest...}'])('a dialect with the prefix %j is refused', (prefix) => {
    expect(() => new PathLabels({ dialect: { ...daprPaths, prefixes: [prefix] } })).toThrow(
      expect.objectContaining({ code: 'PATH_PATTERN_INVALID' }),
    );
  });
});

test.each([
  ['http://shop.example:8080/orders/1?page=2', '/orders/{id}'],
  ['HTTPS://[::1]/orders/1#top', '/orders/{id}'],
  ['http://shop.example', '/'],
  ['http://shop.example?page=/orders/1', '/'],
  // Nothing but a path may hold "://" later on.
  ['/orders/http:%2F%2Fx', '/orders/{id}'],
  ['/proxy/http://shop.example/orders/1', '/proxy/http:/shop.example/orders/1'],
  ['orders/urn://x', '/orders/urn:/x'],
  ['1http://shop.example/orders/1', '/1http:/shop.example/orders/1'],
])('a target in absolute form has the label of its path: %s', (target, label) => {
  const labels = new PathLabels({ pathMatching: ['/orders/{id}'], increasedCardinality: true });
  expect([labels.server(target), labels.client(target)]).toEqual([label, label]);
});
