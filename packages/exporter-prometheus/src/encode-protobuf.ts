import {
  copyBytes,
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
import { MEASURED_AT_ONCE, MetricPart, type ProtoPart } from './proto-part.ts';
import { plainField, protoRows, protoTypes } from './proto-rows.ts';
import { StateLabels } from './proto-states.ts';
import { RunCache } from './run-cache.ts';
import { RunPart } from './run-part.ts';

// As for text: bytes of label values outlive a page.
const pairs: LabelForm = { ...protoPairs, name: labelName };
const cache = new LabelCache(pairs);
const runs = new RunCache();

/** Fewer rows are sooner written than looked up. */
const WORTH_KEEPING = 16;
const NOTHING = new Uint8Array(0);

/** Lets go of what no page has asked for in some minutes; to be told the time of every page, of any format. */
export function ageProtobuf(now: number): void {
  runs.age(now);
}

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
  const head = headOf(family, names);
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

function headOf(family: Family, { sample, unit }: FamilyText): ProtoBody {
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
  if (field !== undefined && columns.labels.names.length > 0 && columns.rows >= WORTH_KEEPING) {
    const form = JSON.stringify([field, escaping, columns.constLabels, columns.labels.names]);
    return new RunPart(columns, labels, field, runs.of(columns.labels.dictionaries[0], form));
  }
  const rows = protoRows(family.type, columns);
  if (family.type !== 'state_set') return new MetricPart(columns, rows, labels, 1);
  const own = labelName(sample, escaping);
  const states = columns.states.map((state) => pairsBlock(protoPairs, [[own, state]]));
  return new MetricPart(columns, rows, new StateLabels(labels, states), states.length);
}
