import type { LabelWriter } from '@oriel/encoding';
import type { SeriesColumns } from '@oriel/metrics';
import { MetricRun } from './metric-run.ts';
import type { PageBuffer } from './page-buffer.ts';
import { MEASURED_AT_ONCE, type ProtoPart } from './proto-part.ts';
import type { Runs } from './run-cache.ts';

/** Metrics that are a value and nothing else: the usual ones, in runs that outlive a page. */
export class RunPart implements ProtoPart {
  readonly metrics: number;
  readonly #columns: SeriesColumns;
  readonly #writer: LabelWriter;
  readonly #field: number;
  /** What pages before have left, of these rows or others, and what is left to those after. */
  readonly #kept: Runs;
  /** Of this page: another one may be on its way and replace what is kept. */
  readonly #runs: MetricRun[] = [];

  constructor(columns: SeriesColumns, writer: LabelWriter, field: number, kept: Runs) {
    this.metrics = columns.rows;
    this.#columns = columns;
    this.#writer = writer;
    this.#field = field;
    this.#kept = kept;
    kept.length = Math.min(kept.length, Math.ceil(columns.rows / MEASURED_AT_ONCE));
  }

  measure(from: number, to: number): number {
    const index = from / MEASURED_AT_ONCE;
    const { labels } = this.#columns;
    const kept = this.#kept[index];
    const run = kept?.isOf(labels, from, to)
      ? kept
      : new MetricRun({ field: this.#field, labels, writer: this.#writer, from, to });
    this.#kept[index] = run;
    this.#runs.push(run);
    return run.size;
  }

  write(page: PageBuffer, from: number): number {
    const index = Math.floor(from / MEASURED_AT_ONCE);
    const first = index * MEASURED_AT_ONCE;
    return first + this.#runs[index].write(page, this.#columns.values.subarray(first), from - first);
  }
}
