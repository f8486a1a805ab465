import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

type Part = string | { readonly group: number };
type Matcher = ReturnType<RE2JS['matcher']>;

/**
 * Replaces every match of one RE2 pattern, in time linear in the text.
 *
 * Shape: `$1`, `${1}`, `$name` and `${name}` are groups, `$$` is a dollar sign; a name reaches as far as letters,
 * digits and `_` do, so `$1x` is the group "1x". A group that is not there is empty.
 * Source: Go, `regexp.ReplaceAllString` and `Regexp.Expand`.
 */
export class LabelReplacer {
  readonly pattern: string;
  readonly template: string;
  /** Groups of the template that the pattern does not have. */
  readonly missing: readonly string[];
  readonly #regex: RE2JS;
  readonly #parts: readonly Part[];

  /** Errors: an `Error` with the parser's words if the pattern is none. */
  constructor(pattern: string, template: string) {
    this.pattern = pattern;
    this.template = template;
    this.#regex = compiled(pattern);
    const { parts, missing } = parsed(template, this.#regex);
    this.#parts = parts;
    this.missing = missing;
  }

  replace(text: string): string {
    const matcher = this.#regex.matcher(text);
    let result = '';
    let end = 0;
    let first = true;
    while (matcher.find()) {
      const start = matcher.start();
      result += text.slice(end, start);
      // Nothing, right after a match, is no match of its own.
      if (first || start > end || matcher.end() > start) result += this.#expanded(matcher);
      end = matcher.end();
      first = false;
    }
    return result + text.slice(end);
  }

  #expanded(matcher: Matcher): string {
    let text = '';
    for (const part of this.#parts)
      text += typeof part === 'string' ? part : (matcher.group(part.group) ?? '');
    return text;
  }
}

let engine: typeof RE2JS | undefined;

// Loaded when there is a rule: its tables take longer to load than all the rest of this package.
function compiled(pattern: string): RE2JS {
  engine ??= (createRequire(import.meta.url)('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS;
  return engine.compile(pattern);
}

const reference = /\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu;

function parsed(template: string, regex: RE2JS): { parts: Part[]; missing: string[] } {
  const parts: Part[] = [];
  const missing: string[] = [];
  let end = 0;
  for (const found of template.matchAll(reference)) {
    parts.push(template.slice(end, found.index));
    end = found.index + found[0].length;
    const name = found[2] ?? found[3];
    if (name === undefined) parts.push('$');
    else {
      const group = groupOf(name, regex);
      if (group === undefined) missing.push(name);
      else parts.push({ group });
    }
  }
  parts.push(template.slice(end));
  return { parts: parts.filter((part) => part !== ''), missing };
}

function groupOf(name: string, regex: RE2JS): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(name)) return regex.namedGroups()[name];
  const group = Number(name);
  return group <= regex.groupCount() ? group : undefined;
}
