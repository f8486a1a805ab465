import type { SeriesColumns } from '@oriel/metrics';
import { RowAttributes } from './row-attributes.ts';
import type { Scope } from './scope.ts';

const PREFIX = 'otel_scope_';
const FIELDS = new Set(['name', 'version', 'schema_url']);

/** Whether a label tells of the point itself, not of its scope. */
export function isPointLabel(label: string): boolean {
  return !label.startsWith(PREFIX);
}

/** Reads the labels `otel_scope_…` of rows back into scopes; rows without a name or version have the fallback. */
export class RowScopes {
  readonly #fallback: Scope;
  readonly #labels: RowAttributes | undefined;
  readonly #ids: Int32Array;
  readonly #arity: number;
  readonly #places: readonly number[];

  constructor({ labels, ...part }: SeriesColumns, fallback: Scope) {
    const hasScope =
      labels.names.some((name) => !isPointLabel(name)) ||
      part.constLabels.some(({ name }) => !isPointLabel(name));
    this.#fallback = fallback;
    this.#labels = hasScope
      ? new RowAttributes({ labels, ...part }, (label) => !isPointLabel(label))
      : undefined;
    this.#ids = labels.ids;
    this.#arity = labels.names.length;
    this.#places = labels.names.flatMap((name, place) => (isPointLabel(name) ? [] : [place]));
  }

  /** The end of the run of rows that share the scope of `row`, at most `end`. */
  runEnd(row: number, end: number): number {
    if (this.#places.length === 0) return end;
    let next = row + 1;
    while (next < end && this.#same(row, next)) next++;
    return next;
  }

  of(row: number): Scope {
    if (this.#labels === undefined) return this.#fallback;
    const labels = this.#labels.of(row);
    const [name, version] = [labels[`${PREFIX}name`], labels[`${PREFIX}version`]];
    if (name === undefined && version === undefined) return this.#fallback;
    const attributes = Object.entries(labels)
      .map(([label, value]) => [label.slice(PREFIX.length), value] as const)
      .filter(([field]) => !FIELDS.has(field));
    const scope = { name: name ?? '', version, schemaUrl: labels[`${PREFIX}schema_url`] };
    return attributes.length === 0 ? scope : { ...scope, attributes: Object.fromEntries(attributes) };
  }

  #same(a: number, b: number): boolean {
    for (const place of this.#places) {
      if (this.#ids[a * this.#arity + place] !== this.#ids[b * this.#arity + place]) return false;
    }
    return true;
  }
}
