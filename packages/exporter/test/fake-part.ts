import type { ConfigField, ConfigPlan, Configurable } from '../src/configurable.ts';

/** A part of a program that takes fields of the file and writes down what becomes of them. */
export class FakePart implements Configurable {
  readonly fields: readonly ConfigField[];
  /** The values of each `prepare`. */
  readonly prepared: Readonly<Record<string, unknown>>[] = [];
  /** The values of each `commit`. */
  readonly committed: Readonly<Record<string, unknown>>[] = [];
  readonly #plan: (values: Readonly<Record<string, unknown>>) => Partial<ConfigPlan>;

  constructor(names: readonly string[], plan: FakePart['plan'] = () => ({})) {
    this.fields = names.map((name) => ({
      name,
      description: `What ${name} does`,
      wanted: `a good ${name}`,
      default: 'none',
    }));
    this.#plan = plan;
  }

  get plan(): (values: Readonly<Record<string, unknown>>) => Partial<ConfigPlan> {
    return this.#plan;
  }

  prepare(values: Readonly<Record<string, unknown>>): ConfigPlan {
    this.prepared.push(values);
    const planned = this.#plan(values);
    const commit = () => {
      this.committed.push(values);
      planned.commit?.();
    };
    return { issues: [], warnings: [], constLabels: {}, ...planned, commit };
  }
}

/** A part whose field `views` is a list of mappings, whose `bounds` rise, and whose `tags` are constant labels. */
export function viewsPart(): FakePart {
  return new FakePart(['views', 'tags'], ({ views = [], tags = {} }) => {
    const list = views as { name?: string; bounds?: number[] }[];
    const wrong = ({ bounds = [] }: { bounds?: number[] }) =>
      bounds.some((bound, i) => bound <= bounds[i - 1]);
    return {
      issues: list.flatMap((view, at) =>
        wrong(view) ? [{ path: ['views', at, 'bounds'], message: 'use rising numbers' }] : [],
      ),
      warnings: list.flatMap(({ name }, at) =>
        name === 'unknown' ? [{ path: ['views', at, 'name'], message: 'no measure has this name yet' }] : [],
      ),
      constLabels: tags as Record<string, string>,
    };
  });
}
