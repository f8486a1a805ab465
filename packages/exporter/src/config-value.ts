/** Where a value stands within a document. */
export type ConfigPath = readonly PropertyKey[];

export type Mapping = Readonly<Record<string, unknown>>;

const MOST_LEVELS = 100;

/** What YAML 1.1 makes of `!!set`, `!!binary` and dates is none. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A path as messages show it: `views[2].bounds`, `rules[0].regex["/a/$1"]`. */
export function pathText(path: ConfigPath): string {
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: PropertyKey): string {
  if (typeof step === 'number') return `[${step}]`;
  return typeof step === 'string' && !/^[\w$-]+$/.test(step)
    ? `[${JSON.stringify(step)}]`
    : `.${String(step)}`;
}

/** The value at a path, or `undefined`. */
export function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>((at, step) => {
    const inside = typeof at === 'object' && at !== null && Object.hasOwn(at, step);
    return inside ? (at as Record<PropertyKey, unknown>)[step] : undefined;
  }, value);
}

/** The value without the null fields of its mappings; places in lists stay. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  const set = Object.entries(value).filter(([, each]) => each !== null);
  return Object.fromEntries(set.map(([name, each]) => [name, withoutNulls(each)]));
}

/** Whether a value holds itself or is so deep that reading it might not end. */
export function isTooDeep(value: unknown): boolean {
  return levels(value, new Map()) > MOST_LEVELS;
}

// What is still being counted is infinitely deep: it was met inside itself.
function levels(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 0;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, Number.POSITIVE_INFINITY);
  const inside = value instanceof Set || value instanceof Map ? [...value].flat() : Object.values(value);
  let most = 0;
  for (const each of inside) most = Math.max(most, levels(each, known));
  known.set(value, most + 1);
  return most + 1;
}
