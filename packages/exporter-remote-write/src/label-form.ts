import type { ByteBuffer } from '@oriel/encoding';

/** A label whose value is the same on many rows. */
export interface FixedLabel {
  /** Appends the label; its bytes may be others in another request. */
  write(out: ByteBuffer): void;
}

/** A label of many rows, by the number that its value has in a dictionary. */
export interface LabelColumn {
  /** To be called in each request, before anything else. */
  begin?(): void;
  /** As many bytes as the longest label may take; infinitely many while that is not known. */
  mostBytes(): number;
  /** As many bytes as a label may take. */
  lengthOf(id: number): number;
  /** Copies a label, nothing if its value is empty, and returns the place behind it; fifteen bytes more may change. */
  copy(id: number, to: DataView, at: number): number;
}

/** How a version of the protocol writes labels. */
export interface LabelForm {
  /** A label whose value is not empty. */
  fixed(name: string, value: string): FixedLabel;
  column(name: string, dictionary: readonly string[]): LabelColumn;
}
