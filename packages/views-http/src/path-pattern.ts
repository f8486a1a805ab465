/** What a part of a pattern matches: a text, one segment, all that follows, or the slash at the end (`{$}`). */
export type PathSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' | 'rest' | 'end' };

/** A parsed pattern; `text` is how it was written, with its slashes in order, and the label it stands for. */
export interface PathPattern {
  readonly text: string;
  readonly segments: readonly PathSegment[];
}

/** Why a pattern cannot be used, and what to write instead. */
export interface PatternFault {
  readonly what: string;
  readonly cure: string;
}

/** The longest pattern, so that it and a variant's prefix are a label value that is kept whole. */
const PATTERN_LENGTH_LIMIT = 512;

const wildcardName = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/**
 * Parses a pattern of Go 1.22's ServeMux, without method and host.
 *
 * Shape: literal segments, `{name}` for one, `{name...}` for the rest, `{$}` for the slash at the end; a pattern that
 * ends in `/` matches what is below it as well. Slashes in a row count as one, a missing first one is added.
 */
export function parsePattern(raw: string): PathPattern | PatternFault {
  const fault = textFault(raw);
  if (fault !== undefined) return fault;
  const text = withoutSlashRuns(raw);
  const parts = text.slice(1).split('/');
  const names = new Set<string>();
  const segments: PathSegment[] = [];
  for (const [index, part] of parts.entries()) {
    const segment = parseSegment(part, index === parts.length - 1, names);
    if ('cure' in segment) return segment;
    segments.push(segment);
  }
  return { text, segments };
}

/** A path with one slash where there were several, and one at its beginning. An empty path stays empty. */
export function withoutSlashRuns(path: string): string {
  const text = path === '' || path.startsWith('/') ? path : `/${path}`;
  if (!text.includes('//')) return text;
  const parts = text.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}${parts.length > 0 && text.endsWith('/') ? '/' : ''}`;
}

/** A segment with its percent escapes read, or as it is when they cannot be. Never throws. */
export function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function textFault(raw: string): PatternFault | undefined {
  if (raw === '') return { what: 'it is empty', cure: 'write "/" for all paths' };
  if (raw.length > PATTERN_LENGTH_LIMIT)
    return { what: `it has ${raw.length} characters`, cure: `use at most ${PATTERN_LENGTH_LIMIT}` };
  const method = /^([A-Za-z]+)\s+\//.exec(raw)?.[1];
  if (method !== undefined)
    return {
      what: `it names the method "${method}"`,
      cure: 'leave the method out, a pattern is a path alone',
    };
  if (/[\s\p{Cc}\p{Cs}]/u.test(raw))
    return {
      what: 'it has a space, control character or half a surrogate pair',
      cure: 'percent-encode it, a space is "%20"',
    };
  if (/[?#]/.test(raw)) return { what: 'it has a query or fragment', cure: 'end it where the path ends' };
  return undefined;
}

function parseSegment(part: string, isLast: boolean, names: Set<string>): PathSegment | PatternFault {
  if (part === '') return { kind: 'rest' };
  if (!/[{}]/.test(part)) return { kind: 'literal', text: decodeSegment(part) };
  const inside = /^\{([^{}]*)\}$/.exec(part)?.[1];
  if (inside === undefined) return braceFault(part);
  if (inside === '$') return isLast ? { kind: 'end' } : notLast(part, 'leave it out, or what follows it');
  const isRest = inside.endsWith('...');
  const name = isRest ? inside.slice(0, -3) : inside;
  const fault = nameFault(part, name, names);
  if (fault !== undefined) return fault;
  names.add(name);
  if (!isRest) return { kind: 'one' };
  return isLast ? { kind: 'rest' } : notLast(part, `write "{${name}}" for one segment`);
}

function notLast(part: string, cure: string): PatternFault {
  return { what: `segment "${part}" is not the last one`, cure };
}

function braceFault(part: string): PatternFault {
  const name = part.replace(/[^\p{L}\p{Nd}_]/gu, '') || 'id';
  const cure = `write "{${name}}" for the whole segment, "%7B" and "%7D" for braces that are meant`;
  if (part.includes('{') && !part.includes('}'))
    return { what: `segment "${part}" has an unclosed brace`, cure };
  if (!part.includes('{')) return { what: `segment "${part}" closes a brace that none opened`, cure };
  return { what: `segment "${part}" is a wildcard in part only`, cure };
}

function nameFault(part: string, name: string, names: ReadonlySet<string>): PatternFault | undefined {
  if (name === '') return { what: `segment "${part}" has no name`, cure: 'give it one, such as "{id}"' };
  if (names.has(name))
    return { what: `the name "${name}" stands twice`, cure: 'give each wildcard a name of its own' };
  if (wildcardName.test(name)) return undefined;
  const better = name.replace(/[^\p{L}\p{Nd}_]/gu, '_').replace(/^(?=\p{Nd})/u, '_');
  return { what: `"${name}" is no name`, cure: `use letters, digits and "_", such as "{${better}}"` };
}
