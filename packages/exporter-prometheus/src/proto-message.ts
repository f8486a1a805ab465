import { copyBytes } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { ProtoBody } from './proto-body.ts';

/** Writes the fields of a counter, histogram and so on. */
export type WriteFields = (body: ProtoBody, row: number) => void;

/** What a metric holds besides labels and time: one message. */
export interface ProtoRows {
  /** The number of its field in `Metric`. */
  readonly field: number;
  /** The bytes of a row's message. */
  lengthOf(row: number): number;
  /** Writes it where there is room and returns the place behind it. */
  write(to: DataView, bytes: Uint8Array, at: number, row: number): number;
}

/** Any message: built to be measured, and again to be written. */
export function messageRows(field: number, writeFields: WriteFields): ProtoRows {
  const body = new ProtoBody();
  const build = (row: number): number => {
    body.clear();
    writeFields(body, row);
    return body.length;
  };
  return {
    field,
    lengthOf: build,
    write(to, _bytes, at, row) {
      const length = build(row);
      return copyBytes(body.view, 0, length, to, at);
    },
  };
}

/** Rows that are mostly written the short way, and the long way where they have an exemplar. */
export function mostlyShort(columns: SeriesColumns, short: ProtoRows, long: ProtoRows): ProtoRows {
  const { exemplars, stride } = columns;
  if (exemplars === undefined) return short;
  const rows = new Set(Array.from(exemplars.keys(), (cell) => Math.floor(cell / stride)));
  const ofRow = (row: number): ProtoRows => (rows.has(row) ? long : short);
  return {
    field: short.field,
    lengthOf: (row) => ofRow(row).lengthOf(row),
    write: (to, bytes, at, row) => ofRow(row).write(to, bytes, at, row),
  };
}
