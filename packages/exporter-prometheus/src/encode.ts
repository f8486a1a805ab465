import { type Family, MetricsError, type SeriesColumns, type Snapshot, sampleNames } from '@oriel/metrics';
import { type FamilyText, familyText } from './family-text.ts';
import type { EncodeOptions } from './format.ts';
import { LabelCache, labelWriter } from './label-writer.ts';
import { PageBuffer } from './page-buffer.ts';
import { rowWriter } from './series-lines.ts';

// Bytes of label values outlive a page: the next scrape copies them again.
const cache = new LabelCache();

/**
 * Renders a snapshot, a chunk of about 64 KiB at a time.
 *
 * Each step does only the work of its chunk, well below a millisecond, so that the caller decides when the
 * event loop gets its turn. A chunk belongs to the caller. Families whose exposed names collide with an
 * earlier one are left out and reported.
 * Source: Prometheus text format 0.0.4, OpenMetrics 1.0.
 */
export function* encode(snapshot: Snapshot, options: EncodeOptions): Generator<Uint8Array, void> {
  const page = new PageBuffer();
  const owners = new Map<string, string>();
  for (const family of targetFirst(snapshot.families)) {
    const names = familyText(family, options);
    if (collides(family, names, owners, options)) continue;
    page.text(names.header);
    for (const columns of family.parts) {
      const writeRow = rowWriterOf(family, columns, names, options);
      for (let row = 0; row < columns.rows; row++) {
        writeRow(page, row);
        if (page.ready) yield* page.take();
      }
    }
  }
  if (options.format === 'openmetrics-1.0.0') page.text('# EOF\n');
  yield* page.finish();
}

function rowWriterOf(
  family: Family,
  columns: SeriesColumns,
  names: FamilyText,
  options: EncodeOptions,
): ReturnType<typeof rowWriter> {
  const { escaping = 'underscores', created = false } = options;
  return rowWriter({
    type: family.type,
    names,
    columns,
    labels: labelWriter(columns, escaping, cache),
    openMetrics: options.format === 'openmetrics-1.0.0',
    escaping,
    created,
  });
}

function targetFirst(families: readonly Family[]): readonly Family[] {
  const target = families.filter((family) => family.type === 'info' && /^target(_info)?$/.test(family.name));
  return target.length === 0
    ? families
    : [...target, ...families.filter((family) => !target.includes(family))];
}

// Names that differ as given may be equal as exposed; what comes second would be read as the first.
function collides(
  family: Family,
  names: FamilyText,
  owners: Map<string, string>,
  options: EncodeOptions,
): boolean {
  const samples = [...sampleNames(names.sample, family.type), names.family];
  const taken = samples.find((sample) => owners.has(sample));
  if (taken === undefined) {
    for (const sample of samples) owners.set(sample, family.name);
    return false;
  }
  options.onError?.(
    new MetricsError('SUFFIX_COLLISION', {
      message: `Cannot expose family "${family.name}": it writes "${taken}", as "${owners.get(taken)}" does; rename one`,
      details: { family: family.name, exposed: taken },
    }),
  );
  return true;
}
