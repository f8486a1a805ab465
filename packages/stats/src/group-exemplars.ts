import { type Exemplar, type ExemplarSampler, ExemplarTurns, exemplarOf, type Label } from '@oriel/metrics';
import type { ViewData } from './view-data.ts';
import type { ExemplarSlot, RecordOptions } from './watcher.ts';

/** The exemplars of a group of views: one look at the active span is for all of them. */
export class GroupExemplars {
  readonly #views: readonly ViewData[];
  #turns: ExemplarTurns | undefined;

  constructor(views: readonly ViewData[]) {
    this.#views = views;
  }

  /** Whether recordings are to be offered to {@link sample}. */
  get isOn(): boolean {
    return this.#turns !== undefined;
  }

  /** Follows what the views have by now; answers whether that is something else than before. */
  follow(): boolean {
    const sampler = this.#views.find(({ exemplars }) => exemplars.sampler !== undefined)?.exemplars.sampler;
    if (sampler === this.#turns?.sampler) return false;
    this.#turns = sampler && new ExemplarTurns(sampler);
    return true;
  }

  /** Keeps the active span in every view that took the value, if it is the row's turn. */
  sample(row: number, value: number): void {
    const turns = this.#turns;
    const labels = Number.isFinite(value) ? turns?.ask(row) : undefined;
    if (labels === undefined || turns === undefined) return;
    const exemplar = { labels, value, timestamp: turns.sampler.now() };
    for (const { exemplars } of this.#takers(value)) exemplars.sample(row, exemplar);
  }

  /** Keeps what is attached to a value, and the active span's ids if there is one. Never throws. */
  attach(row: number, value: number, options: RecordOptions): void {
    const takers = this.#takers(value);
    const exemplar = attached(options, value, this.#turns?.sampler);
    if (exemplar === 'none') this.sample(row, value);
    else if (exemplar === 'invalid') for (const { drops } of takers) drops.add('exemplar_invalid');
    else for (const { exemplars } of takers) exemplars.attach(row, exemplar);
  }

  /** For who holds a row. */
  slot(row: number): ExemplarSlot {
    return {
      sample: (value, onTurn) => {
        this.sample(row, value);
        return this.#turns?.isTurn(row, onTurn) === true;
      },
      attach: (value, options) => this.attach(row, value, options),
    };
  }

  #takers(value: number): readonly ViewData[] {
    // A last value may be anything; an exemplar is a number one can draw.
    return Number.isFinite(value) ? this.#views.filter((data) => data.takes(value)) : [];
  }
}

function attached(
  options: RecordOptions,
  value: number,
  sampler: ExemplarSampler | undefined,
): Exemplar | 'none' | 'invalid' {
  try {
    const { attachments } = options ?? {};
    if (attachments === undefined || attachments === null) return 'none';
    const now = (): number => sampler?.now() ?? Date.now();
    const exemplar = exemplarOf(attachments, value, now);
    if (exemplar === undefined) return 'invalid';
    return exemplar.labels.length === 0 ? 'none' : (withSpan(exemplar, sampler?.spanLabels()) ?? exemplar);
  } catch {
    return 'invalid';
  }
}

/** With the ids of a span, if it has none and there is room for them. */
function withSpan(
  { labels, value, timestamp = 0 }: Exemplar,
  span: readonly Label[] | undefined,
): Exemplar | undefined {
  if (span === undefined || span.some(({ name }) => labels.some((label) => label.name === name)))
    return undefined;
  const all = Object.fromEntries([...labels, ...span].map((label) => [label.name, label.value]));
  return exemplarOf(all, value, () => timestamp);
}
