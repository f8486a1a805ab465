import { type Aggregation, count, distribution, lastValue, sum } from '../src/index.ts';

/** The series limit of every view. */
export const LIMIT = 3;
const OVERFLOW = '__overflow__';
export const aggregations: Readonly<Record<Kind, Aggregation>> = {
  count: count(),
  sum: sum(),
  last: lastValue(),
  dist: distribution([0, 5]),
};
export type Kind = 'count' | 'sum' | 'last' | 'dist';
export type Given = Record<string, string>;

/** What a view should hold: values by tags, in the order they came. Rows of a neighbour may stand empty in it. */
export class ViewModel {
  readonly rows: Map<string, number[]> = new Map();
  readonly kind: Kind;
  readonly keys: readonly string[];

  constructor(kind: Kind, keys: readonly string[]) {
    this.kind = kind;
    this.keys = keys;
  }

  takes(value: number): boolean {
    if (this.kind === 'last') return true;
    return Number.isFinite(value) && (this.kind === 'count' || value >= 0);
  }

  values(): Record<string, number> {
    return Object.fromEntries([...this.rows].map(([tags, values]) => [tags, this.#folded(values)]));
  }

  #folded(values: readonly number[]): number {
    if (this.kind === 'last') return values.at(-1) ?? 0;
    return this.kind === 'sum' ? values.reduce((a, b) => a + b, 0) : values.length;
  }
}

/** Views that came one after the other with equal keys, before the first row: they make rows together. */
type Group = ViewModel[];

/** Views by groups, without any table. */
export class Model {
  readonly groups: Group[] = [];

  register(added: ViewModel): void {
    const same = (group: Group) => group[0].keys.join() === added.keys.join() && group[0].rows.size === 0;
    const group = this.groups.find(same);
    if (group === undefined) this.groups.push([added]);
    else group.push(added);
  }

  unregister(gone: ViewModel): void {
    for (const group of this.groups) if (group.includes(gone)) group.splice(group.indexOf(gone), 1);
    const left = this.groups.filter((group) => group.length > 0);
    this.groups.splice(0, this.groups.length, ...left);
  }

  record(value: number, tags: Given): void {
    for (const group of this.groups) {
      if (!group.some((each) => each.takes(value))) continue;
      const row = rowOf(group[0], tags);
      for (const each of group) {
        const values = each.rows.get(row) ?? [];
        each.rows.set(row, each.takes(value) ? [...values, value] : values);
      }
    }
  }
}

function rowOf({ keys, rows }: ViewModel, tags: Given): string {
  const shown = (valueFor: (key: string) => string) =>
    JSON.stringify(
      Object.fromEntries(keys.map((key) => [key, valueFor(key)]).filter(([, value]) => value !== '')),
    );
  const wanted = shown((key) => tags[key] ?? '');
  const overflow = shown(() => OVERFLOW);
  const own = [...rows.keys()].filter((row) => row !== overflow).length;
  return rows.has(wanted) || own < LIMIT ? wanted : overflow;
}
