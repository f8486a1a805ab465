import type { ByteBuffer } from './byte-buffer.ts';

/** A label whose value is the same on many rows. */
export interface FixedLabel {
  /** Appends the label; its bytes may be others in another request. */
  write(out: ByteBuffer): void;
}

/** A label of many rows, by the number that its value has in a dictionary. */
export interface LabelColumn {
  /** Appends the label of a row; nothing if its value is empty. */
  write(out: ByteBuffer, id: number): void;
}

/** How a version of the protocol writes labels. */
export interface LabelForm {
  /** A label whose value is not empty. */
  fixed(name: string, value: string): FixedLabel;
  column(name: string, dictionary: readonly string[]): LabelColumn;
}
