import { MetricsError } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { exemplarOf, family, openMetrics, part, single, text } from './snapshots.ts';

describe('labels whose names become equal by escaping', () => {
  const rows = part({
    constLabels: { 'a-b': 'z' },
    names: ['a.b', 'a_b'],
    rows: [
      [['x', 'y'], [1]],
      [['', 'y'], [2]],
      [['', ''], [3]],
    ],
  });

  test('are one label, its values joined in the order of the names as given', () => {
    const given = family(
      { name: 'n' },
      {
        ...rows,
        constLabels: [
          { name: 'a_c', value: 'c' },
          { name: 'a/c', value: 'é"' },
        ],
      },
    );
    expect(text([given])).toBe(`# TYPE n gauge
n{a_b="x;y",a_c="é\\";c"} 1
n{a_c="é\\";c",a_b="y"} 2
n{a_c="é\\";c"} 3
`);
    expect(text([family({ name: 'n' }, rows)])).toBe(`# TYPE n gauge
n{a_b="z;x;y"} 1
n{a_b="z;y"} 2
n{a_b="z"} 3
`);
  });

  test('stay apart where names may be quoted', () => {
    expect(text([family({ name: 'n' }, rows)], { escaping: 'allow-utf-8' })).toBe(`# TYPE n gauge
n{"a-b"="z","a.b"="x",a_b="y"} 1
n{"a-b"="z",a_b="y"} 2
n{"a-b"="z"} 3
`);
  });

  test('are one label of an exemplar too', () => {
    const one = part({ rows: [[[], [1]]], exemplars: exemplarOf({ 'a.b': '1', a_b: '2', c: '' }) });
    expect(openMetrics([family({ name: 'a', type: 'counter' }, one)])).toBe(
      '# TYPE a counter\na_total 1.0 # {a_b="1;2"} 2.0\n# EOF\n',
    );
  });

  test('drop a state set whose own label is one of them, and say so', () => {
    const errors: MetricsError[] = [];
    const states = family(
      { name: 'my.door', type: 'state_set' },
      part({ names: ['my_door'], states: ['on'], rows: [[['x'], [1]]] }),
    );
    const page = openMetrics([states, single({ name: 'z' }, 1)], { onError: (error) => errors.push(error) });
    expect(page).toBe('# TYPE z gauge\nz 1.0\n# EOF\n');
    expect(errors.map((error) => [error instanceof MetricsError, error.code, error.message])).toEqual([
      [
        true,
        'LABEL_NAME_DUPLICATE',
        'Cannot expose family "my.door": its label "my_door" is written my_door, as the one of its states is; rename one',
      ],
    ]);
  });
});

describe('families whose exposed names collide', () => {
  test.each([
    [single({ name: 'foo_total', type: 'counter' }, 1), single({ name: 'foo.total' }, 2)],
    [single({ name: 'foo', type: 'counter' }, 1), single({ name: 'foo_total', type: 'counter' }, 2)],
    [single({ name: 'foo.x' }, 1), single({ name: 'foo_x' }, 2)],
    [single({ name: 'foo', unit: 's' }, 1), single({ name: 'foo_seconds' }, 2)],
    [single({ name: 'foo', type: 'summary' }, 1, 1), single({ name: 'foo.count' }, 2)],
    [single({ name: 'foo_info' }, 1), single({ name: 'foo', type: 'info' })],
    [single({ name: 'foo', type: 'histogram' }, 1, 1), single({ name: 'foo.bucket' }, 2)],
  ])('are left out but the first, and reported ($name)', (first, second) => {
    for (const write of [text, openMetrics]) {
      const errors: MetricsError[] = [];
      const last = single({ name: 'z' }, 3);
      const page = write([first, second, last], { onError: (error) => errors.push(error) });
      expect(page).toBe(write([first, last]));
      expect(errors.map(({ code, details }) => [code, details?.family])).toEqual([
        ['SUFFIX_COLLISION', second.name],
      ]);
      expect(write([first, second, last])).toBe(page);
    }
  });
});
