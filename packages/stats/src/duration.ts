const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/**
 * A duration as Go writes it, such as `1ms`, `90s` or `1h30m`, in nanoseconds; `undefined` if it is none.
 *
 * Source: Go, `time.ParseDuration`, without signs.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  let total = 0;
  part.lastIndex = 0;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    const found = part.exec(text);
    if (found === null) return undefined;
    total += Number(found[1]) * nanoseconds[found[2]];
  }
  return text !== '' && Number.isFinite(total) ? total : undefined;
}
