/** The path of a request target as it was sent, without decoding; never throws. */
export function pathOf(target: string | undefined): string {
  return split(target)[0];
}

/** The values of `name[]` or `collect[]` parameters, or undefined without any; never throws. */
export function listOf(
  target: string | undefined,
  parameter: 'name[]' | 'collect[]',
): ReadonlySet<string> | undefined {
  const values = new URLSearchParams(split(target)[1]).getAll(parameter);
  return values.length === 0 ? undefined : new Set(values);
}

/** The value of the parameter `q`, or undefined without it; never throws. */
export function queryOf(target: string | undefined): string | undefined {
  return new URLSearchParams(split(target)[1]).get('q') ?? undefined;
}

function split(target = '/'): [path: string, query: string] {
  // A client of a proxy sends the whole URL.
  const [local] = target.replace(/^https?:\/\/[^/?#]*/i, '').split('#', 1);
  const at = local.indexOf('?');
  const path = at < 0 ? local : local.slice(0, at);
  return [path || '/', at < 0 ? '' : local.slice(at + 1)];
}
