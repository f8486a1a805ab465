import { parseSync, Visitor } from 'oxc-parser';

/**
 * Messages of `new MetricsError(…)` that do not read like the others, as `line: message; what is wanted`.
 *
 * Shape: a message that is put together elsewhere is not seen.
 */
export function wordingViolations(file: string, source: string): string[] {
  const found: string[] = [];
  new Visitor({
    NewExpression({ callee, arguments: [, options], start }) {
      if (callee.type !== 'Identifier' || callee.name !== 'MetricsError') return;
      if (options?.type !== 'ObjectExpression') return;
      for (const property of options.properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
        if (property.key.name !== 'message') continue;
        const text = source.slice(property.value.start, property.value.end);
        const line = source.slice(0, start).split('\n').length;
        found.push(...problems(text).map((problem) => `${line}: ${text}; ${problem}`));
      }
    },
  }).visit(parseSync(file, source).program);
  return found;
}

function problems(literal: string): string[] {
  if (!/^['"`]/.test(literal)) return [];
  return [
    ...(/^.Cannot ([a-z]|\$\{)/.test(literal) ? [] : ['it begins with "Cannot" and what was tried']),
    ...(/\..$/.test(literal) ? ['it ends without a full stop'] : []),
    ...(/\w(n't|'re|'ve|'ll)\b/.test(literal) ? ['it has no contractions'] : []),
  ];
}
