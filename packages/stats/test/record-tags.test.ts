import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastValue, record, sum, TagMap, tagKey } from '../src/index.ts';
import { Fixture, untyped, watched } from './recorded.ts';

const throwing = {
  get method(): string {
    throw new Error('hostile');
  },
};
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('which row', () => {
  test('a view without tag keys has one row, whatever the tags', () => {
    const fixture = watched();
    for (const tags of [undefined, {}, { method: 'GET' }, { method: 'PUT' }, TagMap.of({ a: 'b' }), throwing])
      fixture.measure().record(1, tags);
    expect(fixture.values()).toEqual({ '{}': 6 });
  });

  test('keys that the view does not name are ignored', () => {
    const fixture = watched('method');
    fixture.measure().record(1, { method: 'GET', route: '/a' });
    fixture.measure().record(1, { route: '/b', method: 'GET' });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 2 });
  });

  test.each([
    [undefined],
    [null],
    [{}],
    [{ method: undefined }],
    [{ method: null }],
    [{ method: '' }],
    [7],
    ['GET'],
  ])('tags %j leave the tag out of the row, which is one row for all of them', (tags) => {
    const fixture = watched('method');
    fixture.measure().record(1, untyped(tags));
    fixture.measure().record(1, {});
    fixture.measure().bind(untyped(tags)).record(1);
    expect(fixture.values()).toEqual({ '{}': 3 });
  });

  test('numbers, bigints and booleans are their text', () => {
    const fixture = watched('status');
    for (const status of [200, 200n, '200']) fixture.measure().record(1, { status });
    fixture.measure().record(1, { status: true });
    expect(fixture.values()).toEqual({ '{"status":"200"}': 3, '{"status":"true"}': 1 });
  });

  test('a tag map counts as an object with the same tags, even for a tag called like one of its methods', () => {
    const fixture = watched('method', 'size', 'get');
    const tags = { method: 'GET', size: 'big', get: 'x' };
    fixture.measure().record(1, tags);
    fixture.measure().record(1, TagMap.of(tags));
    fixture.measure().bind(TagMap.of(tags)).record(1);
    record([fixture.measure().m(1)], TagMap.of(tags));
    fixture.measure().record(1, TagMap.of({ method: 'GET' }));
    expect(fixture.values()).toEqual({
      '{"get":"x","method":"GET","size":"big"}': 4,
      '{"method":"GET"}': 1,
    });
  });

  test('the fields, getters and inherited values of an object count', () => {
    class Request {
      readonly method = 'GET';
      get route(): string {
        return '/a';
      }
    }
    const fixture = watched('method', 'route');
    fixture.measure().record(1, untyped(new Request()));
    fixture.measure().record(1, Object.create({ method: 'GET', route: '/a' }));
    fixture.measure().record(1, new Proxy({}, { get: (_, key) => (key === 'method' ? 'GET' : '/a') }));
    fixture.measure().record(1, Object.assign(Object.create(null), { method: 'GET', route: '/a' }));
    expect(fixture.values()).toEqual({ '{"method":"GET","route":"/a"}': 4 });
  });

  test.each([['constructor'], ['toString'], ['hasOwnProperty'], ['valueOf'], ['isPrototypeOf']])(
    'a tag called %s is missing unless it was given',
    (name) => {
      const fixture = watched(name);
      fixture.measure().record(1, {});
      fixture.measure().record(1);
      fixture.measure().bind({}).record(1);
      fixture.measure().record(1, { [name]: 'x' });
      expect(fixture.values()).toEqual({ '{}': 3, [JSON.stringify({ [name]: 'x' })]: 1 });
    },
  );

  test('a tag key called __proto__ is refused when registered, and as a tag it changes nothing', () => {
    const fixture = watched('method');
    expect(() => fixture.watch(fixture.measure(), { name: 'v', tagKeys: ['__proto__'] })).toThrow(
      expect.objectContaining({ code: 'LABEL_NAME_INVALID' }),
    );
    const tags = JSON.parse('{"__proto__":{"method":"PUT"}}');
    fixture.measure().record(1, tags);
    fixture.measure().bind(tags).record(1);
    expect(fixture.values()).toEqual({ '{}': 2 });
    expect(({} as Record<string, unknown>).method).toBeUndefined();
  });

  test('a key object and its name are one key', () => {
    const fixture = new Fixture();
    fixture.watch(fixture.measure(), { tagKeys: [tagKey('method')] });
    fixture.measure().record(1, { [tagKey('method').name]: 'GET' });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1 });
  });
});

describe('what cannot be a tag value', () => {
  const hostile: [string, unknown, string][] = [
    ['an object', { method: {} }, 'label_value_invalid'],
    ['an array', { method: ['GET'] }, 'label_value_invalid'],
    ['a symbol', { method: Symbol('GET') }, 'label_value_invalid'],
    ['a function', { method: () => 'GET' }, 'label_value_invalid'],
    ['a String object', { method: Object('GET') }, 'label_value_invalid'],
    ['a getter that throws', throwing, 'tags_failed'],
    ['a proxy that throws', new Proxy({ method: '' }, { get: () => throwing.method }), 'tags_failed'],
    ['a revoked proxy', revoked(), 'tags_failed'],
  ];
  test.each(hostile)('%s drops the recording, counted, in every form', async (_, tags, cause) => {
    const fixture = watched('method');
    const measure = fixture.measure();
    measure.record(1, untyped(tags));
    record([measure.m(1)], untyped(tags));
    const bound = measure.bind(untyped(tags));
    bound.record(1);
    bound.record(1);
    expect(fixture.values()).toEqual({});
    expect(await fixture.drops()).toEqual({ [`m ${cause}`]: 4 });
  });

  test('tags that fail one view are kept by the views that do not ask for what fails', async () => {
    const fixture = watched('method');
    fixture.watch(fixture.measure(), { name: 'total', aggregation: sum() });
    fixture.measure().record(2, throwing);
    fixture.measure().bind(throwing).record(3);
    expect(fixture.values('total')).toEqual({ '{}': 5 });
    expect(await fixture.drops()).toEqual({ 'm tags_failed': 2 });
  });
});

test('record() and bind() never throw, whatever the value and the tags', () => {
  const fixture = watched('a', 'length', 'name');
  fixture.watch(fixture.measure(), { name: 'last', tagKeys: ['toString'], aggregation: lastValue() });
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true }), fc.anything(), (value, tags) => {
      fixture.measure().record(untyped(value), untyped(tags));
      fixture.measure().bind(untyped(tags)).record(untyped(value));
      record([fixture.measure().m(untyped(value))], untyped(tags));
    }),
  );
});
