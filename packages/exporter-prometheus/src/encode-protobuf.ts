import {
  copyBytes,
  exposedName,
  LabelCache,
  labelName,
  pairsBlock,
  protoPairs,
  typeSuffix,
  writeVarint,
} from '@oriel/encoding';
import type { Family, SeriesColumns } from '@oriel/metrics';
import type { FamilyText } from './family-text.ts';
import type { EncodeOptions } from './format.ts';
import type { LabelForm } from './label-text.ts';
import { type Chunks, given, type PageBuffer } from './page-buffer.ts';
import { labelWriter } from './part-labels.ts';
import { ProtoBody } from './proto-body.ts';
import { MetricPart, PlainPart, type ProtoPart } from './proto-part.ts';
import { plainField, protoRows, protoTypes } from './proto-rows.ts';
import { StateLabels } from './proto-states.ts';

// As for text: bytes of label values outlive a page.
const pairs: LabelForm = { ...protoPairs, name: labelName };
const cache = new LabelCache(pairs);

/** Metrics measured in one step. */
const MEASURED_AT_ONCE = 4096;
const NOTHING = new Uint8Array(0);

/**
 * Renders a family as one `io.prometheus.client.MetricFamily`, its length before it.
 *
 * The length is known only once every metric has been measured; between steps of that an empty chunk is given.
 */
export function* encodeProtoFamily(
  family: Family,
  names: FamilyText,
  options: EncodeOptions,
  page: PageBuffer,
): Chunks {
  const parts = family.parts.map((columns) => partOf(family, columns, names, options));
  const head = headOf(family, names, options);
  let length = head.length;
  for (const part of parts) {
    for (let at = 0; at < part.metrics; at += MEASURED_AT_ONCE) {
      length += part.measure(at, Math.min(part.metrics, at + MEASURED_AT_ONCE));
      if (at + MEASURED_AT_ONCE < part.metrics) yield NOTHING;
    }
  }
  page.reserve(head.length + 10);
  page.end = writeVarint(page.bytes, page.end, length);
  page.end = copyBytes(head.view, 0, head.length, page.view, page.end);
  for (const part of parts) {
    for (let metric = 0; metric < part.metrics; ) {
      metric = part.write(page, metric);
      if (page.ready) yield* given(page.take());
    }
  }
}

function headOf(family: Family, { sample }: FamilyText, { translation }: EncodeOptions): ProtoBody {
  const { unit } = exposedName(family, translation ?? 'UnderscoreEscapingWithSuffixes');
  const head = new ProtoBody();
  head.text(1, sample);
  if (family.help !== '') head.text(2, family.help);
  head.varint(3, protoTypes[family.type]);
  const end = family.type === 'counter' ? typeSuffix(family.type) : '';
  // Prometheus refuses a unit that the name does not have before it ends, or before `_total`.
  if (unit !== '' && sample.endsWith(`_${unit}${end}`)) head.text(5, unit);
  return head;
}

function partOf(
  family: Family,
  given: SeriesColumns,
  { sample }: FamilyText,
  { created = false, escaping = 'underscores' }: EncodeOptions,
): ProtoPart {
  const columns = created ? given : { ...given, created: undefined };
  const labels = labelWriter(columns, escaping, cache);
  const field = plainField(family.type, columns);
  if (field !== undefined) return new PlainPart(field, columns, labels);
  const rows = protoRows(family.type, columns);
  if (family.type !== 'state_set') return new MetricPart(columns, rows, labels, 1);
  const own = labelName(sample, escaping);
  const states = columns.states.map((state) => pairsBlock(protoPairs, [[own, state]]));
  return new MetricPart(columns, rows, new StateLabels(labels, states), states.length);
}
