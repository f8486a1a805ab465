import { MetricsError } from './error.ts';
import { pickExponential } from './exponential-row.ts';
import { partFault } from './part-fault.ts';
import type { CollectedPart } from './row-sink.ts';
import { sampleNames } from './sample-names.ts';
import { type Family, type FamilyHead, labelsOf, type SeriesColumns } from './snapshot.ts';

interface Growing {
  readonly head: FamilyHead;
  readonly parts: CollectedPart[];
  /** Known to hold no series twice. */
  readonly distinct: boolean;
}

/** Puts the parts of many collectors together to families, leaving out what contradicts the rest. */
export class FamilyAssembler {
  readonly errors: MetricsError[] = [];
  readonly #families = new Map<string, Growing>();
  readonly #sampleOwners = new Map<string, string>();

  add(part: CollectedPart): void {
    const { head } = part;
    const fault = partFault(head, part.columns);
    if (fault !== undefined) {
      this.#report('SERIES_INVALID', head.name, fault);
      return;
    }
    const known = this.#families.get(head.name);
    if (known === undefined) this.#start(head, [part], false);
    else if (this.#agrees(known.head, head)) known.parts.push(part);
  }

  /** Adds a family of which no other part will come and whose series are known to be distinct. */
  addFamily(family: Family): void {
    const fault = family.parts
      .map((columns) => partFault(family, columns))
      .find((found) => found !== undefined);
    if (fault !== undefined) {
      this.#report('SERIES_INVALID', family.name, fault);
      return;
    }
    const parts = family.parts.map((columns) => ({ head: family, columns, checked: true }));
    this.#start(family, parts, true);
  }

  /** The families in name order, only those named if names are given. */
  finish(names?: ReadonlySet<string>): Family[] {
    const families: Family[] = [];
    for (const { head, parts, distinct } of this.#families.values()) {
      if (names !== undefined && !names.has(head.name)) continue;
      const columns = distinct ? parts.map((part) => part.columns) : this.#distinct(head, parts);
      if (columns.length === 0) continue;
      families.push({ name: head.name, help: head.help, unit: head.unit, type: head.type, parts: columns });
    }
    return families.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #start(head: FamilyHead, parts: CollectedPart[], distinct: boolean): void {
    const { name, type } = head;
    const written = sampleNames(name, type);
    const taken = written.find((sample) => this.#sampleOwners.has(sample));
    if (taken !== undefined) {
      const owner = this.#sampleOwners.get(taken);
      this.#report('SUFFIX_COLLISION', name, `it writes "${taken}", which family "${owner}" writes too`);
      return;
    }
    for (const sample of written) this.#sampleOwners.set(sample, name);
    this.#families.set(name, { head, parts, distinct });
  }

  #agrees(kept: FamilyHead, other: FamilyHead): boolean {
    for (const key of ['help', 'type', 'unit'] as const) {
      if (kept[key] === other[key]) continue;
      this.#report(
        'FAMILY_INCONSISTENT',
        kept.name,
        `its ${key} is "${kept[key]}" and "${other[key]}"; keep one`,
      );
      return false;
    }
    return true;
  }

  #distinct(head: FamilyHead, parts: readonly CollectedPart[]): SeriesColumns[] {
    const sole = parts.length === 1 && parts[0].checked;
    if (sole || apart(parts)) return parts.map((part) => part.columns);
    const seen = new Set<string>();
    return parts
      .map((part) => this.#withoutSeen(head, part.columns, seen))
      .filter((columns) => columns.rows > 0);
  }

  #withoutSeen(head: FamilyHead, columns: SeriesColumns, seen: Set<string>): SeriesColumns {
    const kept: number[] = [];
    for (let row = 0; row < columns.rows; row++) {
      const labels = labelsOf(columns, row);
      const clash = labels.find((label, i) => i > 0 && label.name === labels[i - 1].name);
      const key = JSON.stringify([
        labels.map((label) => [label.name, label.value]),
        columns.timestamps?.[row],
      ]);
      const shown = labels.map((label) => `${label.name}="${label.value}"`).join(', ');
      if (clash) this.#report('SERIES_INVALID', head.name, `label "${clash.name}" stands twice`);
      else if (seen.has(key))
        this.#report('SERIES_DUPLICATE', head.name, `series {${shown}} was collected before`);
      else kept.push(row);
      seen.add(key);
    }
    return kept.length === columns.rows ? columns : pick(columns, kept);
  }

  #report(
    code: 'SUFFIX_COLLISION' | 'FAMILY_INCONSISTENT' | 'SERIES_DUPLICATE' | 'SERIES_INVALID',
    name: string,
    what: string,
  ): void {
    this.errors.push(
      new MetricsError(code, {
        message: `Cannot collect family "${name}": ${what}`,
        details: { family: name },
      }),
    );
  }
}

// Parts of checked columns whose constant labels differ pairwise in value cannot share a series.
function apart(parts: readonly CollectedPart[]): boolean {
  if (!parts.every((part) => part.checked)) return false;
  const name = parts[0].columns.constLabels.find((label) =>
    parts.every((part) => part.columns.constLabels.some((other) => other.name === label.name)),
  )?.name;
  if (name === undefined) return false;
  const values = parts.map((part) => part.columns.constLabels.find((label) => label.name === name)?.value);
  return new Set(values).size === parts.length;
}

/** The columns with only these rows. */
function pick(columns: SeriesColumns, rows: readonly number[]): SeriesColumns {
  const arity = columns.labels.names.length;
  const { stride, exemplars } = columns;
  const cells = <T>(from: ArrayLike<T>, width: number): T[] =>
    rows.flatMap((row) => Array.from({ length: width }, (_, i) => from[row * width + i]));
  const moved = rows.flatMap((row, place) =>
    Array.from(
      { length: stride },
      (_, cell) => [place * stride + cell, exemplars?.get(row * stride + cell)] as const,
    ),
  );
  return {
    ...columns,
    rows: rows.length,
    labels: { ...columns.labels, ids: Int32Array.from(cells(columns.labels.ids, arity)) },
    values: Float64Array.from(cells(columns.values, stride)),
    created: columns.created && Float64Array.from(rows, (row) => columns.created?.[row] ?? Number.NaN),
    timestamps:
      columns.timestamps && Float64Array.from(rows, (row) => columns.timestamps?.[row] ?? Number.NaN),
    exemplars:
      exemplars && new Map(moved.flatMap(([cell, exemplar]) => (exemplar ? [[cell, exemplar]] : []))),
    exponential: columns.exponential && pickExponential(columns.exponential, rows),
  };
}
