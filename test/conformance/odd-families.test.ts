import type { Family, MetricType, SeriesColumns, Snapshot } from '@oriel/metrics';
import { readPage } from '@oriel/testkit';
import { describe, expect, test } from 'vitest';
import { render } from '../support/render.ts';
import { testWith } from '../support/tools.ts';
import { parseByPython, promtoolFault } from '../support/validators.ts';

type Given = Partial<SeriesColumns> & { readonly cells?: readonly number[]; readonly label?: string };

function odd(name: string, type: MetricType, { cells = [], label = 'l', ...rest }: Given, unit = ''): Family {
  const part: SeriesColumns = {
    rows: 1,
    constLabels: [{ name: `${label}_const`, value: 'é"\\\n' }],
    labels: { names: [label], ids: Int32Array.of(0), dictionaries: [['x']] },
    stride: cells.length,
    values: Float64Array.from(cells),
    points: [],
    states: [],
    created: Float64Array.of(1_700_000_000_123.456),
    ...rest,
  };
  return { name, help: 'Odd "help"\\\n', unit, type, parts: [part] };
}

const exemplars = new Map([
  [
    0,
    {
      labels: [
        { name: 'a.b', value: '1' },
        { name: 'a_b', value: '😀' },
      ],
      value: 0,
      timestamp: 0.1,
    },
  ],
]);
const timestamps = Float64Array.of(1_700_000_000_000);

/** Families that are legal in a snapshot, each with something that a format does not carry as it is. */
const families: readonly Family[] = [
  odd('_total', 'counter', { cells: [1], exemplars }),
  odd('big', 'histogram', { cells: [1.7e308, 0, 1], points: [-1] }),
  odd('build', 'info', {}, 's'),
  odd('colon:set', 'state_set', { cells: [1, 0], states: ['on', ''] }),
  odd('dir.set', 'state_set', { cells: [0, 1], states: ['"', '\\'] }, 's'),
  odd('gauge_hist', 'gauge_histogram', { cells: [1, 2, Number.NaN], points: [1] }),
  odd('gauge_hist_negative', 'gauge_histogram', { cells: [1, 2, -4], points: [1] }),
  odd('late', 'counter', { cells: [1], timestamps, exemplars }),
  odd('later', 'histogram', { cells: [1, 2, 3], points: [1], timestamps, exemplars }),
  odd('named', 'gauge', { cells: [1], label: '..name..' }),
  odd('nan_sum', 'histogram', { cells: [1, 2, Number.NaN], points: [1] }),
  odd('negative_sum', 'summary', { cells: [-1, Number.NaN, -2, 3], points: [0.1, 0.9] }),
  odd('never', 'counter', {
    cells: [1],
    timestamps: Float64Array.of(1e300),
    created: timestamps.map(() => 1e300),
  }),
  odd('target', 'info', {}),
  odd('without.suffix', 'counter', { cells: [1], exemplars }, 'By/{call}'),
];
const snapshot: Snapshot = { time: 0, families, errors: [] };

const translations = [
  'UnderscoreEscapingWithSuffixes',
  'NoTranslation',
  'UnderscoreEscapingWithoutSuffixes',
] as const;
const pages = (['underscores', 'dots', 'values'] as const).flatMap((escaping) =>
  translations.map((translation) => ({ escaping, translation })),
);

describe.each(pages)(
  'families that no format carries as they are, by $escaping and $translation',
  (options) => {
    const text = (): string => render(snapshot, { ...options, format: 'text-0.0.4' });
    const openMetrics = (): string =>
      render(snapshot, { ...options, format: 'openmetrics-1.0.0', created: true });

    test('are all there and parse by the strict reader', () => {
      expect(readPage(text(), 'text')).toHaveLength(families.length);
      expect(readPage(openMetrics(), 'openmetrics')).toHaveLength(families.length);
    });

    testWith('promtool', 'parse by promtool check metrics', () => {
      expect(promtoolFault(text())).toBeUndefined();
    });

    testWith('python-openmetrics', "parse by Python's strict parser", () => {
      expect(parseByPython(openMetrics())).toHaveLength(families.length);
    });
  },
);
