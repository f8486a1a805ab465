import { type ReadSample, readPage } from '@oriel/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOddly, scan } from './scanner.ts';
import { type Running, startSidecar } from './sidecar.ts';

const REQUESTS = 'http_server_requests_total';
const FOLDED = 'oriel_http_labels_folded_total';
const patience = { timeout: 60_000 };

describe('a scanner', () => {
  let sidecar: Running;

  beforeAll(async () => {
    sidecar = await startSidecar('--no-traffic');
  });

  afterAll(async () => {
    await sidecar.stop();
  });

  /** Every sample but those of the process, of Node and of scraping. */
  async function page(): Promise<readonly ReadSample[]> {
    const response = await fetch(sidecar.metrics, { headers: { accept: 'text/plain' } });
    const samples = readPage(await response.text(), 'text').flatMap((family) => family.samples);
    return samples.filter(({ name }) => !/^(process|nodejs|promhttp)_/.test(name));
  }

  const requests = async (labels = {}): Promise<number> => sum(await page(), REQUESTS, labels);

  test('of 100 000 random paths and verbs leaves the series that 2 000 leave, and all is told to be folded', async () => {
    const few = await scan(sidecar.api, 2_000);
    await expect.poll(() => requests(), patience).toBe(few.requests);
    const before = await page();
    const many = await scan(sidecar.api, 98_000);
    await expect.poll(() => requests(), patience).toBe(100_000);
    const after = await page();
    expect(seriesOf(after)).toEqual(seriesOf(before));
    const oddVerbs = few.oddVerbs + many.oddVerbs;
    expect(sum(after, FOLDED, { side: 'server', cause: 'verb_unknown' })).toBe(oddVerbs);
    expect(sum(after, REQUESTS, { method: 'UNKNOWN' })).toBe(oddVerbs);
    const nameless = sum(after, REQUESTS, { path: undefined });
    expect(nameless).toBeGreaterThan(25_000);
    expect(sum(after, FOLDED, { side: 'server', cause: 'path_unmatched' })).toBe(nameless);
  }, 240_000);

  test('with verbs that no server knows is counted in one series, by the answer it got', async () => {
    const refused = { status: '400', path: undefined, method: 'UNKNOWN' };
    const before = await requests(refused);
    await askOddly(sidecar.api);
    await expect.poll(() => requests(refused), patience).toBe(before + 1);
    const series = seriesOf(await page());
    for (let i = 0; i < 500; i++) await askOddly(sidecar.api);
    await expect.poll(() => requests(refused), patience).toBe(before + 501);
    expect(seriesOf(await page())).toEqual(series);
  }, 150_000);
});

/** What the series of a name add up to that have these labels; `undefined` stands for none. */
function sum(
  samples: readonly ReadSample[],
  name: string,
  labels: Record<string, string | undefined>,
): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels.get(label) === value))
    .reduce((total, { value }) => total + value, 0);
}

function seriesOf(samples: readonly ReadSample[]): string[] {
  return samples.map(({ name, labels }) => `${name} ${JSON.stringify([...labels])}`).sort();
}
