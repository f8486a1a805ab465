import { causeOf, type DropCause, type ExemplarSampler, LabelIndex, NO_ROW, valuesIn } from '@oriel/metrics';
import { GroupExemplars } from './group-exemplars.ts';
import { RowExpiry } from './row-expiry.ts';
import { activeTags } from './tag-context.ts';
import { TagMap } from './tag-map.ts';
import type { ValueRewriter } from './value-rewriter.ts';
import { isUsual, ViewData } from './view-data.ts';
import { sameLookup, type ViewPlan } from './view-plan.ts';
import type { Adder, Keeper, RecordOptions, Resolved, Tags, Target } from './watcher.ts';

/** What a group needs to end rows. */
export interface RowKeeping {
  /** In milliseconds, from any moment on. */
  readonly now: () => number;
  /** Told after rows ended: whoever holds one has to look again. */
  readonly onRowsEnded: (group: TagGroup, rows: number) => void;
  /** Told when recordings get exemplars, or none any more: whoever holds a row has to look again. */
  readonly onSwitched: (group: TagGroup) => void;
  /** Who chooses exemplars; `undefined` if the registry says it. */
  readonly exemplars: ExemplarSampler | false | undefined;
}

/** Views of one measure that keep the same tags: they share the look-up from tags to rows. */
export class TagGroup {
  readonly views: ViewData[] = [];
  readonly index: LabelIndex;
  readonly #plan: ViewPlan;
  readonly #keeping: RowKeeping;
  readonly #expiry: RowExpiry | undefined;
  /** All that keep a value: the views, and the count of updates if rows expire. */
  readonly #keepers: Keeper[] = [];
  readonly #exemplars = new GroupExemplars(this.views);
  /** By place in the names of the index; empty if nothing is rewritten. */
  readonly #rewriters: readonly (ValueRewriter | undefined)[];
  /** Why the tags of the last look-up could not be kept as they were given. */
  readonly #causes: DropCause[] = [];

  constructor(plan: ViewPlan, keeping: RowKeeping) {
    this.index = new LabelIndex(plan.sources, plan.view.seriesLimit, (event) => this.#causes.push(event));
    this.#plan = plan;
    this.#keeping = keeping;
    this.#rewriters = rewritersFor(plan, this.index.names);
    if (plan.expiryMs === Number.POSITIVE_INFINITY) return;
    this.#expiry = new RowExpiry(plan.expiryMs, (value) => this.takes(value));
    this.#keepers.push(this.#expiry);
  }

  /** Whether a view can join: it finds the same rows, and none is older than the view. */
  suits(plan: ViewPlan): boolean {
    return this.index.size === 0 && sameLookup(this.#plan, plan);
  }

  /** The numbers of a view that may join. */
  dataFor(plan: ViewPlan): ViewData {
    return new ViewData(plan, this.index, {
      beforeCollect: () => this.#expire(),
      onSwitched: () => this.#exemplars.follow() && this.#keeping.onSwitched(this),
      exemplars: this.#keeping.exemplars,
    });
  }

  join(data: ViewData): void {
    this.views.push(data);
    this.#keepers.push(...keepersOf(data));
    this.#exemplars.follow();
  }

  leave(data: ViewData): void {
    without(this.views, data);
    for (const keeper of keepersOf(data)) without(this.#keepers, keeper);
    this.#exemplars.follow();
  }

  record(value: number, tags: Tags | undefined, options: RecordOptions | undefined): void {
    if (!isUsual(value)) {
      this.#recordUnusual(value, tags, options);
      return;
    }
    const row = this.row(tags);
    if (row === NO_ROW) return;
    const keepers = this.#keepers;
    const first = keepers[0];
    first.put(first.cells.blockOf(row), first.cells.offsetOf(row), value);
    for (let i = 1; i < keepers.length; i++) {
      const { cells } = keepers[i];
      keepers[i].put(cells.blockOf(row), cells.offsetOf(row), value);
    }
    if (options !== undefined) this.#exemplars.attach(row, value, options);
    else if (this.#exemplars.isOn) this.#exemplars.sample(row, value);
  }

  // A value that no view takes must not make a row.
  #recordUnusual(value: number, tags: Tags | undefined, options: RecordOptions | undefined): void {
    if (!this.takes(value)) {
      this.drop(causeOf(value));
      return;
    }
    const row = this.row(tags);
    if (row === NO_ROW) return;
    for (const keeper of this.#keepers)
      keeper.add(keeper.cells.blockOf(row), keeper.cells.offsetOf(row), value);
    if (options !== undefined) this.#exemplars.attach(row, value, options);
    else this.#exemplars.sample(row, value);
  }

  /** Whether any of the views takes this value; all take what is finite and not negative. */
  takes(value: number): boolean {
    return isUsual(value) || this.views.some((data) => data.takes(value));
  }

  /** Where this value and others with these tags go, the context left aside. */
  resolve(tags: Tags, value: number): Resolved {
    if (!this.takes(value)) return this.dropping(causeOf(value));
    const row = this.#look(this.#values(tags, TagMap.empty));
    if (row === NO_ROW) return this.dropping(...this.#causes);
    const causes = [...this.#causes];
    const targets = this.views.flatMap((data) => {
      const first = targetOf(data, row, counting(data, causes));
      return data.beside === undefined ? first : [first, targetOf(data.beside, row)];
    });
    if (this.#expiry !== undefined) targets.push(targetOf(this.#expiry, row));
    return { targets, slots: [this.#exemplars.slot(row)] };
  }

  /** Counts a recording that every view lost, or kept with other tags. */
  drop(cause: DropCause): void {
    for (const data of this.views) data.drops.add(cause);
  }

  /** Targets that keep no value, and count each. */
  dropping(...causes: DropCause[]): Resolved {
    const targets = this.views.map((data) => ({
      cells: counting(data, causes, nowhere),
      block: NO_CELLS,
      at: 0,
    }));
    return { targets, slots: [] };
  }

  protected row(tags: Tags | undefined): number {
    const known = this.index.known((tags ?? NO_TAGS) as Readonly<Record<string, unknown>>);
    return known >= 0 ? known : this.rowOf(tags);
  }

  /** The row of tags, whatever they are; what was changed or lost of them is counted. */
  protected rowOf(tags: Tags | undefined): number {
    const row = this.#look(this.#values(tags));
    for (const cause of this.#causes) this.drop(cause);
    return row;
  }

  #look(values: unknown[]): number {
    this.#causes.length = 0;
    this.#rewrite(values);
    const row = this.index.rowOfValues(values);
    if (row === NO_ROW) this.#causes.push('label_value_invalid');
    return row;
  }

  /** What the value of the tag at a place becomes, if that is known. */
  protected known(place: number, value: string): string | undefined {
    const rewriter = this.#rewriters[place];
    return rewriter === undefined ? value : rewriter.known(value);
  }

  #rewrite(values: unknown[]): void {
    const rewriters = this.#rewriters;
    for (let i = 0; i < rewriters.length; i++) {
      const rewritten = rewriters[i]?.rewrite(values[i]);
      if (rewritten === undefined) continue;
      values[i] = rewritten.text;
      if (rewritten.mended) this.#causes.push('label_value_mended');
    }
  }

  // What the call does not say, the context may: it is asked only then.
  #values(tags: Tags | undefined, around?: TagMap): unknown[] {
    const { names } = this.index;
    const own =
      tags instanceof TagMap ? names.map((name) => tags.get(name)) : valuesIn(tags ?? NO_TAGS, names);
    for (let i = 0; i < names.length; i++) {
      if (own[i] !== undefined && own[i] !== null) continue;
      around ??= activeTags();
      own[i] = around.get(names[i]);
    }
    return own;
  }

  #expire(): void {
    const idle = this.#expiry?.idleRows(this.index, this.#keeping.now()) ?? [];
    if (idle.length === 0) return;
    for (const row of idle) {
      this.index.remove(row);
      for (const keeper of this.#keepers) keeper.clearRow(row);
    }
    this.#keeping.onRowsEnded(this, idle.length);
  }
}

/** A group whose values are rewritten by rules: what was given says nothing of the row before they have run. */
class RuledGroup extends TagGroup {
  /** Tags after the rules, for one look-up at a time; taken while they are read, as a getter may record here too. */
  #scratch: Record<string, string> | undefined;

  protected override row(tags: Tags | undefined): number {
    const scratch = this.#scratch ?? Object.fromEntries(this.index.names.map((name) => [name, '']));
    this.#scratch = undefined;
    const row = this.#isKnown(tags ?? NO_TAGS, scratch) ? this.index.known(scratch) : NO_ROW;
    this.#scratch = scratch;
    return row >= 0 ? row : this.rowOf(tags);
  }

  #isKnown(tags: Tags, scratch: Record<string, string>): boolean {
    const { names } = this.index;
    for (let i = 0; i < names.length; i++) {
      const value = (tags as Readonly<Record<string, unknown>>)[names[i]];
      const text = typeof value === 'string' ? this.known(i, value) : undefined;
      if (text === undefined) return false;
      scratch[names[i]] = text;
    }
    return true;
  }
}

/** A group for views of this plan. */
export function tagGroup(plan: ViewPlan, keeping: RowKeeping): TagGroup {
  const ruled = plan.rewriters.some((rewriter) => rewriter?.settles === false);
  return new (ruled ? RuledGroup : TagGroup)(plan, keeping);
}

const NO_TAGS = Object.freeze({});
const NO_CELLS = new Float64Array(0);
const nowhere: Adder = { add: () => {} };

function rewritersFor(
  { sources, rewriters }: ViewPlan,
  names: readonly string[],
): (ValueRewriter | undefined)[] {
  return rewriters.length === 0 ? [] : names.map((name) => rewriters[sources.indexOf(name)]);
}

function keepersOf(data: ViewData): Keeper[] {
  return data.beside === undefined ? [data] : [data, data.beside];
}

function targetOf(keeper: Keeper, row: number, cells: Adder = keeper): Target {
  return { cells, block: keeper.cells.blockOf(row), at: keeper.cells.offsetOf(row) };
}

/** Adds as the view does, or elsewhere, and counts each time why the tags are not as they were given. */
function counting(data: ViewData, causes: readonly DropCause[], to: Adder = data): Adder {
  if (causes.length === 0) return to;
  return {
    add(block, at, value) {
      for (const cause of causes) data.drops.add(cause);
      to.add(block, at, value);
    },
  };
}

function without<T>(list: T[], item: T): void {
  const place = list.indexOf(item);
  if (place >= 0) list.splice(place, 1);
}
