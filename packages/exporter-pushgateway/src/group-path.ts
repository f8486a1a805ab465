/** The labels that name a group, `job` first. */
export type GroupKey = ReadonlyMap<string, string>;

const BASE64 = '@base64';

/**
 * The path of a group: `/metrics/job/<job>{/<label>/<value>}`.
 *
 * Shape: values that are empty or hold a slash are written as URL-safe base64 behind `<label>@base64`, as are those
 * that a path has another meaning for; the rest is percent-encoded.
 * Source: the README of the Pushgateway, section "URL".
 */
export function groupPath(key: GroupKey): string {
  return `/metrics${[...key].map(([label, value]) => segments(label, value.toWellFormed())).join('')}`;
}

function segments(label: string, value: string): string {
  if (value === '') return `/${label}${BASE64}/=`;
  if (!value.includes('/') && !/^\.{1,2}$/.test(value)) return `/${label}/${encodeURIComponent(value)}`;
  return `/${label}${BASE64}/${Buffer.from(value).toString('base64url')}`;
}

/** A path with the group taken off its end. */
export interface SplitPath {
  readonly prefix: string;
  readonly key: GroupKey;
}

/** Reads the path of a URL, with a group at its end or without; `undefined` for a group that is none. */
export function splitPath(path: string): SplitPath | undefined {
  const at = path.search(/\/metrics\/job(@base64)?\//);
  if (at < 0) return { prefix: path.replace(/\/+$/, ''), key: new Map() };
  const parts = path
    .slice(at + '/metrics/'.length)
    .replace(/\/$/, '')
    .split('/');
  if (parts.length % 2 !== 0) return undefined;
  const key = new Map<string, string>();
  for (let i = 0; i < parts.length; i += 2) {
    const label = parts[i].replace(/@base64$/, '');
    const value = decoded(parts[i + 1], parts[i].endsWith(BASE64));
    if (value === undefined || key.has(label) || !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) return undefined;
    key.set(label, value);
  }
  return { prefix: path.slice(0, at), key };
}

function decoded(text: string, isBase64: boolean): string | undefined {
  try {
    return isBase64 ? Buffer.from(text, 'base64url').toString() : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
