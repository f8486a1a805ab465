import {
  BucketSearch,
  CellStore,
  type Collector,
  causeOf,
  Desc,
  DropCounter,
  type ExemplarSampler,
  type ExponentialStore,
  type FamilySink,
  type LabelColumns,
  type LabelIndex,
  lowestAccepted,
  type SeriesColumns,
} from '@oriel/metrics';
import { metricTypeOf } from './aggregation.ts';
import { ExponentialRows } from './exponential-rows.ts';
import { placesOf, renamedColumns } from './label-rename.ts';
import type { View } from './view.ts';
import { ViewExemplars } from './view-exemplars.ts';
import type { ViewPlan } from './view-plan.ts';
import type { Keeper } from './watcher.ts';
import { whole } from './whole-number.ts';

const COUNT = 0;
const SUM = 1;
const LAST = 2;
const DISTRIBUTION = 3;
const EXPONENTIAL = 4;
const codes = {
  count: COUNT,
  sum: SUM,
  lastValue: LAST,
  distribution: DISTRIBUTION,
  exponential: EXPONENTIAL,
} as const;

/** What a view needs of the group it is in. */
export interface ViewGroup {
  readonly beforeCollect: () => void;
  /** Told when the view has another sampler. */
  readonly onSwitched: () => void;
  /** Who chooses exemplars; `undefined` if the registry says it. */
  readonly exemplars: ExemplarSampler | false | undefined;
}

/** A registered view: its numbers, and how a value gets into them. */
export class ViewData implements Collector, Keeper {
  readonly plan: ViewPlan;
  readonly view: View;
  readonly index: LabelIndex;
  /** Its own: a value may be right for one view and wrong for its neighbour. */
  readonly drops: DropCounter = new DropCounter();
  readonly cells: CellStore;
  /** Keeps more of the same values, and is to be recorded to after this. */
  readonly beside: Keeper | undefined;
  readonly #desc: Desc;
  readonly #code: number;
  readonly #whole: boolean;
  readonly #bounds: readonly number[];
  readonly #search: BucketSearch;
  readonly #lowest: number;
  readonly #exponential: ExponentialRows | undefined;
  // Its store, one step nearer.
  readonly #store: ExponentialStore | undefined;
  /** Where the index has each of the view's tags. */
  readonly #places: readonly number[];
  /** Of what was recorded; its sampler is the view's. */
  readonly exemplars: ViewExemplars;
  readonly #group: ViewGroup;

  constructor(plan: ViewPlan, index: LabelIndex, group: ViewGroup) {
    const { view } = plan;
    const { aggregation, measure } = view;
    this.plan = plan;
    this.view = view;
    this.index = index;
    this.#places = placesOf(plan.sources, index.names);
    this.#group = group;
    this.#code = codes[aggregation.kind];
    this.#whole = measure.kind === 'int64';
    this.#bounds = 'bounds' in aggregation ? aggregation.bounds : [];
    this.#search = new BucketSearch(this.#bounds);
    this.#exponential =
      aggregation.kind === 'exponential' ? new ExponentialRows(aggregation, index, this.#whole) : undefined;
    this.#store = this.#exponential?.store;
    this.beside = this.#exponential?.beside;
    this.#lowest = this.#exponential === undefined ? lowestAccepted(this.#bounds) : -Number.MAX_VALUE;
    this.cells =
      this.#store?.cells ?? new CellStore(this.#code === DISTRIBUTION ? this.#bounds.length + 2 : 1);
    this.exemplars = new ViewExemplars(view, this.#store);
    this.exemplars.sampler = group.exemplars || undefined;
    this.#desc = descOf(view);
  }

  /** Whether the aggregation can take a value. */
  takes(value: number): boolean {
    if (typeof value !== 'number') return false;
    if (this.#code === LAST) return true;
    // False for NaN and the infinities.
    const finite = value - value === 0;
    return finite && (this.#code === COUNT || value >= this.#lowest);
  }

  /** Adds a value to the cells of one row; a value the aggregation cannot take is dropped and counted. */
  add(block: Float64Array, at: number, given: number): void {
    if (isUsual(given) || this.takes(given)) this.put(block, at, given);
    else this.drops.add(causeOf(given));
  }

  /** Adds a value that this view takes. Short, as it is compiled into who records, with all that it calls. */
  put(block: Float64Array, at: number, given: number): void {
    const code = this.#code;
    if (code === COUNT) {
      block[at] += 1;
      return;
    }
    const value = this.#whole ? whole(given) : given;
    if (code === SUM) block[at] += value;
    else if (code === LAST) block[at] = value;
    else if (code === DISTRIBUTION) this.#distribute(block, at, value);
    else this.#store?.record(block, at, value);
  }

  #distribute(block: Float64Array, at: number, value: number): void {
    const bounds = this.#bounds;
    block[at + this.#search.of(value)] += 1;
    block[at + bounds.length + 1] += value;
  }

  clearRow(row: number): void {
    (this.#store ?? this.cells).clearRow(row);
    this.exemplars.clearRow(row);
  }

  describe(): Desc[] {
    return [this.#desc];
  }

  collect(out: FamilySink): void {
    this.#group.beforeCollect();
    out.columns(this.#desc, this.columns());
  }

  /** For the registry, which has no say where the `Stats` has decided. */
  useExemplars(sampler: ExemplarSampler | undefined): void {
    if (this.#group.exemplars !== undefined) return;
    this.exemplars.sampler = sampler;
    this.#group.onSwitched();
  }

  /** A copy of all rows as they are now. */
  columns(): SeriesColumns {
    const live = this.index.liveRows();
    const rows = this.index.size;
    const columns = {
      rows,
      constLabels: [],
      labels: this.#labels(live),
      stride: this.cells.stride,
      points: this.#bounds,
      states: [],
      created: this.index.created(live),
      exemplars: this.exemplars.copy(live),
    };
    if (this.#exponential !== undefined) return { ...columns, ...this.#exponential.columns(rows, live) };
    return { ...columns, values: this.cells.copy(rows, live) };
  }

  #labels(live: readonly number[] | undefined): LabelColumns {
    return renamedColumns(this.index.columns(live), this.view.tagKeys, this.#places);
  }
}

function descOf({ name, description, measure, aggregation, tagKeys }: View): Desc {
  const unit = aggregation.kind === 'count' ? '1' : measure.unit;
  return new Desc({ name, type: metricTypeOf(aggregation), help: description, unit, labelNames: tagKeys });
}

/** Whether every aggregation takes this value: finite and not negative. */
export function isUsual(value: number): boolean {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}
