import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsOf, type Snapshot } from '@oriel/metrics';
import { describe, expect, test } from 'vitest';
import { metricsPage } from '../metrics-page.ts';
import { catalogue, parts } from '../src/catalogue.ts';
import type { MeasureDefinition } from '../src/measure-definition.ts';
import { labelsUnder, nameUnder, type Profile, renamedLabels } from '../src/profile.ts';
import { recordEverything } from './every-event.ts';
import { fresh, rows } from './fresh-runtime.ts';

const profiles: readonly Profile[] = ['dapr', 'default'];
const everything = { parts, recordErrorCodes: true, http: { increasedCardinality: true } };

describe('the catalogue', () => {
  test('has the 134 measures of the reference with their kinds, bounds, units and labels', () => {
    const text = readFileSync(join(import.meta.dirname, 'data/reference.txt'), 'utf8');
    expect(catalogue.map(referenceLine).sort()).toEqual(text.trimEnd().split('\n').sort());
    expect(catalogue).toHaveLength(134);
  });

  test.each([
    ['service', 29, 25, 0, 3, 1],
    ['http', 11, 4, 0, 0, 7],
    ['grpc', 10, 3, 0, 0, 7],
    ['component', 27, 14, 0, 0, 12],
    ['resiliency', 4, 3, 0, 1, 0],
    ['workflow', 23, 9, 2, 0, 12],
    ['errorCode', 1, 1, 0, 0, 0],
    ['placement', 4, 0, 0, 4, 0],
    ['operator', 3, 3, 0, 0, 0],
    ['sentry', 6, 5, 0, 1, 0],
    ['injector', 3, 3, 0, 0, 0],
    ['scheduler', 13, 9, 0, 3, 1],
  ] as const)('has of %s %i measures: %i counts, %i sums, %i gauges, %i histograms', (part, ...wanted) => {
    const own = catalogue.filter((entry) => entry.part === part);
    const kinds = (['count', 'sum', 'gauge', 'histogram'] as const).map(
      (kind) => own.filter((entry) => entry.kind === kind && entry.noView !== true).length,
    );
    expect([own.length, ...kinds]).toEqual(wanted);
  });

  test.each(profiles)('names no two measures alike under %s', (profile) => {
    expect(new Set(catalogue.map((entry) => nameUnder(profile, entry))).size).toBe(134);
  });

  test('keeps labels sorted and in snake case, but for two of Dapr', () => {
    const camel = new Set<string>();
    for (const profile of profiles) {
      for (const entry of catalogue) {
        const labels = labelsUnder(profile, entry);
        expect(labels).toEqual(labels.toSorted());
        for (const label of labels) if (!/^[a-z][a-z_]*$/.test(label)) camel.add(`${profile} ${label}`);
      }
    }
    expect([...camel]).toEqual(['dapr componentName', 'dapr trustDomain']);
  });

  test('ends counters, and only these, with _total under the default profile', () => {
    for (const { kind, today } of catalogue)
      expect([today, today.endsWith('_total')]).toEqual([today, kind === 'count' || kind === 'sum']);
  });
});

describe.each(profiles)('under %s', (profile) => {
  test('every measure has a view, a recorder, and a writer for each of its labels', async () => {
    const { registry, runtime } = fresh({ ...everything, profile });
    recordEverything(runtime);
    const snapshot = await registry.gather();
    expect(snapshot.errors).toEqual([]);
    expect(catalogue.flatMap((entry) => gapsOf(entry, profile, snapshot))).toEqual([]);
  });

  test('recording everything drops no event', () => {
    const { runtime, stats } = fresh({ ...everything, profile });
    recordEverything(runtime);
    expect(rows(stats, 'oriel_runtime_events_dropped_total')).toEqual([]);
  });
});

test('METRICS.md is what metrics-page.ts makes of the catalogue', () => {
  const file = readFileSync(join(import.meta.dirname, '../METRICS.md'), 'utf8');
  expect(file === metricsPage(), 'run metrics-page.ts').toBe(true);
});

const letters = { count: 'C', sum: 'S', gauge: 'G', histogram: 'H' } as const;

function referenceLine(entry: MeasureDefinition): string {
  const { name, kind, bounds, unit, tags, added = [], noView } = entry;
  const shown = noView === true ? 'none' : [letters[kind], bounds].filter((part) => part).join(' ');
  const own = tags.filter((tag) => !added.includes(tag)).join(' ');
  return `${name} | ${shown} | ${unit} | ${own}`.trimEnd();
}

/** What a measure lacks on a page: itself, rows, or a label that some row has. */
function gapsOf(entry: MeasureDefinition, profile: Profile, { families }: Snapshot): string[] {
  const name = nameUnder(profile, entry);
  const family = families.find((each) => each.name === name);
  const sets = (family?.parts ?? []).flatMap((part) =>
    Array.from({ length: part.rows }, (_, row) => new Map(labelsOf(part, row).map((l) => [l.name, l.value]))),
  );
  if (sets.length === 0) return [`${name} has no row`];
  return labelsUnder(profile, entry)
    .filter((label) => !sets.some((set) => (set.get(label) ?? '') !== ''))
    .map((label) => `${name}: nobody sets ${label}`);
}

test('each label that the default profile calls otherwise has one name of Dapr and one of today', () => {
  const renamed = catalogue.filter(({ todayTags, stateSet }) => todayTags !== undefined && stateSet !== true);
  const names = new Set(
    renamed.flatMap((entry) => [...renamedLabels(entry)].map((pair) => pair.join(' → '))),
  );
  expect([...names].sort()).toEqual([
    'componentName → component_name',
    'dst_app_id → src_app_id',
    'grpc_client_method → method',
    'grpc_client_status → status',
    'grpc_server_method → method',
    'grpc_server_status → status',
    'namespace → src_namespace',
    'src_app_id → dst_app_id',
    'trustDomain → trust_domain',
  ]);
  expect(renamed.filter((entry) => renamedLabels(entry).size === 0)).toEqual([]);
});
