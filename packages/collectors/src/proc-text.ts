/** The largest value a limit can have: what the kernel stores for `unlimited`. */
export const UNLIMITED: number = Number(2n ** 64n - 1n);

/** A line such as `VmRSS:   1780 kB` of `status` or `meminfo`, in bytes. */
export function bytesField(text: string, name: string): number | undefined {
  const kibibytes = numberAfter(text, new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'));
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}

/** A line such as `Threads:	11` of `status`. */
export function countField(text: string, name: string): number | undefined {
  return numberAfter(text, new RegExp(`^${name}:\\s+(\\d+)$`, 'm'));
}

/** The soft limit in a line such as `Max open files  1024  4096  files` of `limits`. */
export function softLimit(text: string, name: string): number | undefined {
  const [, value] = new RegExp(`^${name}\\s+(unlimited|\\d+)\\s`, 'm').exec(text) ?? [];
  if (value === undefined) return undefined;
  return value === 'unlimited' ? UNLIMITED : Number(value);
}

/** A column of a group of `net/netstat`, which has a line of names and below it a line of values. */
export function netstatField(text: string, group: string, column: string): number | undefined {
  const [names, values] = text.split('\n').filter((line) => line.startsWith(`${group}: `));
  const at = names?.split(' ').indexOf(column) ?? -1;
  const value = at < 1 ? undefined : values?.split(' ')[at];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}

function numberAfter(text: string, pattern: RegExp): number | undefined {
  const value = pattern.exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}
