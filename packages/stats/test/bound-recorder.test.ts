import { describe, expect, test } from 'vitest';
import { distribution, lastValue, sum, TagMap } from '../src/index.ts';
import { Fixture, untyped } from './recorded.ts';

describe('tags of a bound recorder', () => {
  test('are copied when it is bound', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['method', 'route'] });
    const tags: Record<string, string> = { method: 'GET' };
    const bound = measure.bind(tags);
    tags.method = 'PUT';
    tags.route = '/a';
    bound.record(1);
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1 });
  });

  test('are read once, also what a class gives by getters', () => {
    class Request {
      times = 0;
      get method(): string {
        return `GET ${++this.times}`;
      }
    }
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'a', tagKeys: ['method'] });
    const bound = measure.bind(untyped(new Request()));
    bound.record(1);
    fixture.watch(measure, { name: 'b', tagKeys: ['method', 'route'] });
    bound.record(1);
    expect(fixture.values('a')).toEqual({ '{"method":"GET 1"}': 2 });
    expect(fixture.values('b')).toEqual({ '{"method":"GET 1"}': 1 });
  });

  test('may lack what no view asks for, although it cannot be read', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['method'] });
    const tags = {
      method: 'GET',
      get body(): string {
        throw new Error('hostile');
      },
    };
    measure.bind(tags).record(1);
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1 });
  });

  test('reading a tag that ends all views while the recording looks it up does no harm', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['method'] });
    const tags = {
      get method(): string {
        fixture.stats.unregisterViews('m');
        return 'GET';
      },
    };
    measure.record(1, tags);
    expect(measure.watch).toBeUndefined();
    fixture.watch(measure, { tagKeys: ['method'] });
    measure.record(1, { method: 'GET' });
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1 });
  });
});

describe('views coming and going', () => {
  test('a recorder bound before any view records into a view registered later', () => {
    const fixture = new Fixture();
    const bound = fixture.measure().bind({ method: 'GET' });
    bound.record(1);
    fixture.watch(fixture.measure(), { tagKeys: ['method'] });
    bound.record(2);
    expect(fixture.values()).toEqual({ '{"method":"GET"}': 1 });
  });

  test('a recorder feeds each view from its registration until its end', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    const bound = measure.bind(TagMap.of({ method: 'GET' }));
    fixture.watch(measure, { name: 'a', aggregation: sum() });
    bound.record(1);
    fixture.watch(measure, { name: 'b', aggregation: sum(), tagKeys: ['method'] });
    bound.record(10);
    fixture.stats.unregisterViews('a');
    bound.record(100);
    fixture.watch(measure, { name: 'a', aggregation: sum() });
    bound.record(1000);
    expect(fixture.values('a')).toEqual({ '{}': 1000 });
    expect(fixture.values('b')).toEqual({ '{"method":"GET"}': 1110 });
  });

  test('a recorder is quiet between the last view and the next', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    const bound = measure.bind({});
    const first = fixture.watch(measure);
    bound.record(1);
    fixture.stats.unregisterViews(first);
    bound.record(1);
    bound.record(Number.NaN);
    fixture.stats.registerViews(first);
    expect(fixture.values()).toEqual({});
    bound.record(1);
    expect(fixture.values()).toEqual({ '{}': 1 });
  });

  test('a recorder goes on while the table of its view grows', () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['id'] });
    const bound = measure.bind({ id: 'mine' });
    bound.record(1);
    for (let id = 0; id < 5000; id++) measure.record(1, { id: String(id) });
    bound.record(1);
    expect(fixture.values()['{"id":"mine"}']).toBe(2);
  });
});

describe('values that are not taken', () => {
  test('a first value that no view takes makes no row, and a later one does', async () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { aggregation: lastValue() });
    const bound = measure.bind({});
    bound.record(untyped('5'));
    bound.record(untyped('5'));
    expect(fixture.values()).toEqual({});
    bound.record(-5);
    bound.record(-6);
    expect(fixture.values()).toEqual({ '{}': -6 });
    expect(await fixture.drops()).toEqual({ 'm value_not_a_number': 2 });
  });

  test('a first value that one view takes reaches it, and only the others count a drop', async () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { name: 'last', aggregation: lastValue() });
    fixture.watch(measure, { name: 'sum', aggregation: sum(), seriesLimit: 9 });
    const bound = measure.bind({});
    for (const value of [-1, Number.NaN, -2, 3]) bound.record(value);
    expect(fixture.values('last')).toEqual({ '{}': 3 });
    expect(fixture.values('sum')).toEqual({ '{}': 3 });
    expect(await fixture.drops()).toEqual({ 'sum value_negative': 2, 'sum value_not_finite': 1 });
  });

  test('a recorder counts every value that its tags lose', async () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['method'] });
    fixture.watch(measure, { name: 'total' });
    const bound = measure.bind({ method: {} });
    for (let i = 0; i < 3; i++) bound.record(1);
    expect(fixture.values()).toEqual({});
    expect(fixture.values('total')).toEqual({ '{}': 3 });
    expect(await fixture.drops()).toEqual({ 'm label_value_invalid': 3 });
  });

  test('a recorder counts every value whose tags were cut', async () => {
    const fixture = new Fixture();
    const measure = fixture.measure();
    fixture.watch(measure, { tagKeys: ['path'], aggregation: distribution([1]) });
    const bound = measure.bind({ path: 'x'.repeat(5000) });
    bound.record(1);
    bound.record(2);
    measure.record(3, { path: 'x'.repeat(5000) });
    expect(fixture.stats.retrieveData('m').map((row) => row.distribution?.buckets)).toEqual([[1, 2]]);
    expect(await fixture.drops()).toEqual({ 'm label_value_mended': 3 });
  });
});
