import { type ByteBuffer, FIXED64, tag, writeDouble } from '@oriel/encoding';
import type { PlannedLine } from '@oriel/otel';
import { type PointFields, PointFrame, type PointSource, type PointWriter } from './point-frame.ts';
import { PointAttributes } from './proto-attributes.ts';

const fields: PointFields = { attributes: new PointAttributes(7), exemplars: 5 };
const AS_DOUBLE = tag(4, FIXED64);
const VALUE_LENGTH = 9;

/** Points of gauges and sums. */
export class NumberPoints implements PointWriter {
  readonly #frame: PointFrame;
  readonly #line: PlannedLine;

  constructor(source: PointSource, line: PlannedLine) {
    this.#frame = new PointFrame(source, fields, line.attribute);
    this.#line = line;
  }

  write(out: ByteBuffer, row: number): void {
    const frame = this.#frame;
    const { cell, exemplarCell } = this.#line;
    const { exemplars, stride, values } = frame.part;
    const found = frame.load(row);
    if (exemplars !== undefined && exemplarCell !== undefined)
      found.add(exemplars.get(row * stride + exemplarCell), frame.time);
    const at = frame.open(out, row, VALUE_LENGTH);
    out.bytes[at] = AS_DOUBLE;
    // A number that a function gives is an object of its own to the engine.
    const end =
      cell === undefined
        ? writeDouble(out.view, at + 1, this.#line.read(row))
        : writeDouble(out.view, at + 1, values[row * stride + cell]);
    frame.close(out, end);
  }
}
