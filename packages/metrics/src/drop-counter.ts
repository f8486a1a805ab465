import type { DropSource } from './collector.ts';

/** Why a recording was dropped, cut or folded. */
export type DropCause =
  | 'value_not_finite'
  | 'value_negative'
  | 'value_not_a_number'
  | 'label_value_invalid'
  | 'label_value_mended'
  | 'series_overflow'
  | 'exemplar_invalid'
  | 'tags_failed'
  | 'callback_failed';

/** Counts drops by cause and tells a listener about the first of each. */
export class DropCounter implements DropSource {
  readonly #counts = new Map<string, number>();
  #onFirst: ((cause: string) => void) | undefined;

  add(cause: DropCause): void {
    const count = this.#counts.get(cause) ?? 0;
    this.#counts.set(cause, count + 1);
    if (count === 0) this.#onFirst?.(cause);
  }

  counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  listen(onFirst: ((cause: string) => void) | undefined): void {
    this.#onFirst = onFirst;
  }
}

/** Why a value cannot be recorded. */
export function causeOf(value: unknown): DropCause {
  if (typeof value !== 'number') return 'value_not_a_number';
  return Number.isFinite(value) ? 'value_negative' : 'value_not_finite';
}
