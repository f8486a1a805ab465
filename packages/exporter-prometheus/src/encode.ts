import { LabelCache } from '@oriel/encoding';
import { type Family, MetricsError, type SeriesColumns, type Snapshot, sampleNames } from '@oriel/metrics';
import { ageProtobuf, encodeProtoFamily } from './encode-protobuf.ts';
import { type FamilyText, familyText } from './family-text.ts';
import { type EncodeOptions, isOpenMetrics } from './format.ts';
import { labelNameText, textPairs } from './label-text.ts';
import { type Chunks, given, PageBuffer } from './page-buffer.ts';
import { labelWriter } from './part-labels.ts';
import { rowsWriter } from './series-lines.ts';
import type { WriteRows } from './series-text.ts';

// Bytes of label values outlive a page: the next scrape copies them again.
const cache = new LabelCache(textPairs);

/**
 * Renders a snapshot in chunks of at most 64 KiB; only a line that is longer makes a longer one.
 *
 * Each step does only the work of its chunk, well below a millisecond, so that the caller decides when the
 * event loop gets its turn. A chunk belongs to the caller, who may give it back by `next(chunk)` once nobody reads
 * it: fresh memory for each slows the rendering down. Families that would write a name that is taken are left out
 * and reported.
 * Source: Prometheus text format 0.0.4, OpenMetrics 1.0 and 2.0.0-rc0, client_model's metrics.proto.
 */
export function* encode(snapshot: Snapshot, options: EncodeOptions): Chunks {
  const page = new PageBuffer();
  const owners = new Map<string, string>();
  ageProtobuf(snapshot.time);
  for (const family of targetFirst(snapshot.families)) {
    const names = familyText(family, options);
    const fault = statesFault(family, names, options) ?? nameFault(family, names, owners);
    if (fault !== undefined) {
      options.onError?.(fault);
      continue;
    }
    if (options.format === 'protobuf-delimited') {
      yield* encodeProtoFamily(family, names, options, page);
      continue;
    }
    page.text(names.header);
    for (const columns of family.parts)
      yield* rowsOf(columns, writeRowsOf(family, columns, names, options), page);
  }
  if (isOpenMetrics(options.format)) page.text('# EOF\n');
  yield* given(page.finish());
}

function* rowsOf({ rows }: SeriesColumns, writeRows: WriteRows, page: PageBuffer): Chunks {
  const place = { row: 0, line: 0 };
  while (place.row < rows) {
    writeRows(page, place);
    if (page.ready) yield* given(page.take());
  }
}

function writeRowsOf(
  family: Family,
  columns: SeriesColumns,
  names: FamilyText,
  options: EncodeOptions,
): WriteRows {
  const { escaping = 'underscores', created = false } = options;
  return rowsWriter({
    type: family.type,
    names,
    columns,
    labels: labelWriter(columns, escaping, cache),
    openMetrics: isOpenMetrics(options.format),
    isInline: options.format === 'openmetrics-2.0.0',
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
function nameFault(
  { name, type }: Family,
  names: FamilyText,
  owners: Map<string, string>,
): MetricsError | undefined {
  const samples = [...sampleNames(names.sample, type), names.family];
  const taken = samples.find((sample) => owners.has(sample));
  if (taken === undefined) {
    for (const sample of samples) owners.set(sample, name);
    return undefined;
  }
  return new MetricsError('SUFFIX_COLLISION', {
    message: `Cannot expose family "${name}": it writes "${taken}", as "${owners.get(taken)}" does; rename one`,
    details: { family: name, exposed: taken },
  });
}

// The label that tells the states apart is named like the family as exposed: another label may be so too.
function statesFault(
  { name, parts, type }: Family,
  { sample }: FamilyText,
  { escaping = 'underscores' }: EncodeOptions,
): MetricsError | undefined {
  if (type !== 'state_set') return undefined;
  const own = labelNameText(sample, escaping);
  const given = parts.flatMap(({ constLabels, labels }) => [
    ...constLabels.map((label) => label.name),
    ...labels.names,
  ]);
  const clash = given.find((label) => labelNameText(label, escaping) === own);
  if (clash === undefined) return undefined;
  return new MetricsError('LABEL_NAME_DUPLICATE', {
    message: `Cannot expose family "${name}": its label "${clash}" is written ${own}, as the one of its states is; rename one`,
    details: { family: name, label: clash },
  });
}
