/** The error codes that a Markdown text names: words like `NAME_INVALID` in backquotes, variables left out. */
export function documentedCodes(text: string): string[] {
  return [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => !/^(ORIEL|OTEL|NODE)_/.test(code));
}
