import { labelsOf, Registry } from '@oriel/metrics';
import { expect, test } from 'vitest';
import { PathLabels } from '../src/path-labels.ts';

/** The rows of the only family, as `side cause` and count. */
async function rowsOf(registry: Registry): Promise<Record<string, number>> {
  const [part] = (await registry.gather()).families[0].parts;
  const shown = (row: number): string => {
    const { side, cause } = Object.fromEntries(labelsOf(part, row).map(({ name, value }) => [name, value]));
    return `${side} ${cause}`;
  };
  return Object.fromEntries(Array.from({ length: part.rows }, (_, row) => [shown(row), part.values[row]]));
}

test('oriel_http_labels_folded_total says what was folded on which side, with rows from the start', async () => {
  const registry = new Registry();
  const labels = new PathLabels({ increasedCardinality: true, pathLimit: 1, pathMatching: ['/p/{x}'] });
  registry.register(labels.folds);
  expect(Object.values(await rowsOf(registry))).toEqual(Array(8).fill(0));
  for (const path of ['/a', '/b', '/c', '/c', '/p/1', `/${'x'.repeat(300)}`, '']) labels.server(path);
  for (const path of ['a', 'b']) labels.client(path);
  for (const verb of ['GET', 'PROPFIND', 'get']) labels.verb(verb);
  labels.verb('X', 'client');
  labels.use({ increasedCardinality: false, excludeVerbs: true });
  for (const path of ['/z', '/a', '/p/1']) labels.server(path);
  labels.use({ increasedCardinality: false, pathMatching: [] });
  for (const path of ['/z', '']) labels.server(path);
  labels.verb('X');
  expect(await rowsOf(registry)).toEqual({
    'server path_unmatched': 3,
    'server path_limit': 3,
    'server path_too_long': 1,
    'server verb_unknown': 3,
    'client path_unmatched': 0,
    'client path_limit': 1,
    'client path_too_long': 0,
    'client verb_unknown': 1,
  });
});
