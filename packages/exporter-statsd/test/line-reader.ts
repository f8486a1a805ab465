/** A line of StatsD as a daemon reads it. */
export interface Line {
  readonly name: string;
  readonly type: 'c' | 'g' | 'ms' | 'h' | 'd';
  readonly value: number;
  /** A gauge that is changed by its value, not set to it: one with a sign, in plain StatsD. */
  readonly relative: boolean;
  /** The share of values it stands for. */
  readonly rate: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** How tags stand in lines: `path` has them in the name, where a reader cannot tell them. */
export type Dialect = 'path' | 'graphite' | 'influx' | 'dogstatsd';

const types: ReadonlySet<string> = new Set(['c', 'g', 'ms', 'h', 'd']);
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/**
 * Reads the lines of a packet, or of a whole stream; strictly: whatever is not by the book throws.
 *
 * Source: the README of etsy's statsd, DogStatsD's "Datagram format", the tags of Graphite and Telegraf.
 */
export function readLines(text: string, dialect: Dialect): Line[] {
  return text.split('\n').map((line) => {
    try {
      return dialect === 'dogstatsd' ? dogstatsdLine(line) : plainLine(line, dialect);
    } catch (error) {
      throw new Error(`Cannot read line ${JSON.stringify(line)}: ${(error as Error).message}`);
    }
  });
}

function dogstatsdLine(line: string): Line {
  const [head, type, ...fields] = line.split('|');
  const colon = head.indexOf(':');
  must(colon > 0, 'it has no value');
  let rate = 1;
  let tags: Record<string, string> = {};
  let last = '';
  for (const field of fields) {
    must(/^[@#]/.test(field), `field "${field}" is none`);
    must(last === '' || (last === '@' && field[0] === '#'), 'its fields are out of order');
    last = field[0];
    if (last === '@') rate = rateOf(field.slice(1));
    else tags = tagsOf(field.slice(1).split(','), ':', /^[A-Za-z0-9_./-]+$/);
  }
  return finished(head.slice(0, colon), head.slice(colon + 1), type, { rate, tags, signed: false });
}

function plainLine(line: string, dialect: Dialect): Line {
  const [head, type, ...fields] = line.split('|');
  const [full, value, ...more] = head.split(':');
  must(more.length === 0, 'it has two values');
  must(fields.length <= 1, 'it has too many fields');
  const [sampled] = fields;
  must(sampled === undefined || sampled.startsWith('@'), 'its last field is no sample rate');
  const rate = sampled === undefined ? 1 : rateOf(sampled.slice(1));
  if (dialect === 'path') return finished(full, value, type, { rate, tags: {}, signed: true });
  const [name, ...pairs] = full.split(dialect === 'graphite' ? ';' : ',');
  return finished(name, value, type, {
    rate,
    tags: tagsOf(pairs, '=', /^[A-Za-z0-9_-]+$/),
    signed: true,
  });
}

function finished(
  name: string,
  text: string,
  type: string,
  { signed, ...rest }: Pick<Line, 'rate' | 'tags'> & { readonly signed: boolean },
): Line {
  must(plainName.test(name), `its name is "${name}"`);
  must(!/\.\.|\.$/.test(name), `its name has an empty part`);
  must(types.has(type), `its type is "${type}"`);
  must(number.test(text), `its value is "${text}"`);
  must(rest.rate === 1 || type !== 'g', 'a gauge has no sample rate');
  const relative = signed && type === 'g' && text.startsWith('-');
  return { name, type: type as Line['type'], value: Number(text), relative, ...rest };
}

function rateOf(text: string): number {
  const rate = number.test(text) ? Number(text) : Number.NaN;
  must(rate > 0 && rate <= 1, `its sample rate is "${text}"`);
  return rate;
}

function tagsOf(pairs: readonly string[], between: string, key: RegExp): Record<string, string> {
  const tags: Record<string, string> = Object.create(null);
  for (const pair of pairs) {
    const at = pair.indexOf(between);
    must(at > 0 && at < pair.length - 1, `tag "${pair}" has no key or no value`);
    const name = pair.slice(0, at);
    must(key.test(name), `its tag is "${name}"`);
    must(!(name in tags), `tag "${name}" stands twice`);
    // What breaks a line of whatever dialect, or is cut by Datadog.
    must(!/[\n\r\0]/.test(pair), 'a tag holds a control character');
    must(pair.length <= 2 * 200 + 1, 'a tag is too long');
    tags[name] = pair.slice(at + 1);
  }
  return tags;
}

function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}
