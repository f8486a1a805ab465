/** The path of a request target as it was sent, without decoding; never throws. */
export function pathOf(target: string | undefined): string {
  return split(target)[0];
}

/** The values of `name[]` parameters, or undefined without any; never throws. */
export function namesOf(target: string | undefined): ReadonlySet<string> | undefined {
  const names = new URLSearchParams(split(target)[1]).getAll('name[]');
  return names.length === 0 ? undefined : new Set(names);
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
