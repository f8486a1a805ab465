import { ByteBuffer } from '@oriel/encoding';
import type { LabelColumns } from '@oriel/metrics';
import type { FixedLabel, LabelColumn } from './label-form.ts';

/** Writes what is between two gaps of a row. */
export interface Piece {
  /** Called once for each request. */
  begin(): void;
  write(out: ByteBuffer, row: number): void;
}

/** A label of a part, in its place among the others. */
export interface Slot {
  readonly name: string;
  /** The same on every row. */
  readonly fixed?: FixedLabel;
  readonly piece?: Piece;
}

/** Labels beside each other that are the same on every row. */
class FixedRun implements Piece {
  readonly #labels: readonly FixedLabel[];
  readonly #written = new ByteBuffer(64);

  constructor(labels: readonly FixedLabel[]) {
    this.#labels = labels;
  }

  begin(): void {
    this.#written.end = 0;
    for (const label of this.#labels) label.write(this.#written);
  }

  write(out: ByteBuffer): void {
    out.copy(this.#written, 0, this.#written.end);
  }
}

/** A label by the number of its value. */
export class ColumnPiece implements Piece {
  readonly #ids: Int32Array;
  readonly #arity: number;
  readonly #at: number;
  readonly #column: LabelColumn;

  constructor({ ids, names }: LabelColumns, at: number, column: LabelColumn) {
    this.#ids = ids;
    this.#arity = names.length;
    this.#at = at;
    this.#column = column;
  }

  begin(): void {}

  write(out: ByteBuffer, row: number): void {
    this.#column.write(out, this.#ids[row * this.#arity + this.#at]);
  }
}

/** Labels in their order, those that are the same on every row put together. */
export function piecesOf(slots: readonly Slot[]): Piece[] {
  const pieces: Piece[] = [];
  let run: FixedLabel[] = [];
  const endRun = (): void => {
    if (run.length > 0) pieces.push(new FixedRun(run));
    run = [];
  };
  for (const { fixed, piece } of slots) {
    if (fixed !== undefined) run.push(fixed);
    if (piece === undefined) continue;
    endRun();
    pieces.push(piece);
  }
  endRun();
  return pieces;
}
