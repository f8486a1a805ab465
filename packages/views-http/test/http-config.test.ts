import { describe, expect, test } from 'vitest';
import { httpConfig } from '../src/http-config.ts';
import { PathLabels } from '../src/path-labels.ts';

function prepared(labels: PathLabels, http: unknown) {
  return httpConfig(labels).prepare({ http });
}

describe('httpConfig()', () => {
  test('claims the field "http" and says what it stands at without one', () => {
    const [field, ...others] = httpConfig(new PathLabels({ pathMatching: ['/a'] })).fields;
    expect([field.name, others]).toEqual(['http', []]);
    expect(JSON.parse(field.default)).toEqual({
      increasedCardinality: false,
      pathMatching: ['/a'],
      excludeVerbs: false,
      pathLimit: 500,
    });
  });

  test('prepare() changes nothing, commit() makes it so for whoever holds the labels', () => {
    const labels = new PathLabels();
    const plan = prepared(labels, {
      increasedCardinality: true,
      pathMatching: ['orders/{id}'],
      excludeVerbs: true,
      pathLimit: 7,
    });
    expect([plan.issues, plan.warnings, plan.constLabels]).toEqual([[], [], {}]);
    expect([labels.server('/orders/1'), labels.rules]).toEqual(['', labels.defaults]);
    plan.commit();
    expect([labels.server('/orders/1'), labels.server('/x'), labels.verb('GET')]).toEqual([
      '/orders/{id}',
      '/x',
      '',
    ]);
    expect(labels.rules.pathLimit).toBe(7);
  });

  test('a field that has gone from the file is at its default again', () => {
    const labels = new PathLabels({ pathMatching: ['/mine'] });
    prepared(labels, { pathMatching: ['/other'], excludeVerbs: true }).commit();
    expect(labels.rules.pathMatching).toEqual(['/other']);
    for (const http of [undefined, null, {}, { pathMatching: null, excludeVerbs: null }]) {
      prepared(labels, http).commit();
      expect(labels.rules).toEqual(labels.defaults);
    }
  });

  test('a pattern that stands twice is a warning with its place', () => {
    const plan = prepared(new PathLabels(), { pathMatching: ['/a', '/b', '//a'] });
    expect(plan.issues).toEqual([]);
    expect(plan.warnings).toEqual([
      { path: ['http', 'pathMatching', 2], message: 'leave it out: "/a" is in the list already' },
    ]);
  });

  test.each([
    ['yes', ['http'], /use an object with "increasedCardinality", "pathMatching"/],
    [['/a'], ['http'], /use an object/],
    [{ increasedCardinality: 'no' }, ['http', 'increasedCardinality'], /^use true or false$/],
    [{ excludeVerbs: 1 }, ['http', 'excludeVerbs'], /^use true or false$/],
    [{ pathLimit: 1.5 }, ['http', 'pathLimit'], /^use an integer from 1 to 10000$/],
    [{ pathLimit: 10_001 }, ['http', 'pathLimit'], /^use an integer from 1 to 10000$/],
    [{ pathMaching: [] }, ['http', 'pathMaching'], /^use "increasedCardinality", "pathMatching", /],
    [{ pathMatching: { a: 1 } }, ['http', 'pathMatching'], /^use a list of at most 1000 patterns$/],
    [{ pathMatching: Array(1001).fill('/a') }, ['http', 'pathMatching'], /^use a list of at most 1000/],
    [{ pathMatching: ['/a', null] }, ['http', 'pathMatching', 1], /^use a text such as/],
    [
      { pathMatching: ['/a/{b'] },
      ['http', 'pathMatching', 0],
      /^write "\{b\}".*: in "\/a\/\{b", segment "\{b" has an unclosed/,
    ],
    [
      { pathMatching: ['/a/{x}', '/z', '/{y}/b'] },
      ['http', 'pathMatching', 2],
      /^drop one, .*: in "\/\{y\}\/b", it and "\/a\/\{x\}" both match "\/a\/b"/,
    ],
    [
      { pathMatching: ['/a/{x}', '/a/{y}'] },
      ['http', 'pathMatching', 1],
      /^keep one of the two: in "\/a\/\{y\}", it and "\/a\/\{x\}" match the same paths$/,
    ],
  ])('%j is an issue with its place and the cure', (http, path, message) => {
    const { issues } = prepared(new PathLabels(), http);
    expect(issues).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test('all that is wrong is told at once', () => {
    const { issues } = prepared(new PathLabels(), {
      a: 1,
      pathLimit: -1,
      pathMatching: ['', 2, '/ok', 'GET /x'],
    });
    expect(issues.map(({ path }) => path.join('.'))).toEqual([
      'http.a',
      'http.pathMatching.0',
      'http.pathMatching.1',
      'http.pathMatching.3',
      'http.pathLimit',
    ]);
  });
});
