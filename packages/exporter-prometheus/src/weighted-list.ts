/** One element of a header such as Accept: what it names, its parameters and its weight. */
export interface WeightedItem {
  /** Lower case. */
  readonly value: string;
  /** Names in lower case, values without quotes; of a repeated one the last. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0 to 1; 0 means: not acceptable. */
  readonly q: number;
}

const elements = /(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g;
const parts = /(?:[^;"]|"(?:\\.|[^"\\])*"?)+/g;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** Reads a header of weighted elements leniently; elements with a weight outside 0 to 1 are left out. */
export function parseWeightedList(header: string): WeightedItem[] {
  const items = (header.match(elements) ?? []).map(parseItem);
  return items.filter((item) => item.value !== '' && item.q >= 0 && item.q <= 1);
}

function parseItem(text: string): WeightedItem {
  const [head = '', ...rest] = text.match(parts) ?? [];
  const parameters = new Map(rest.map(parseParameter));
  return { value: head.trim().toLowerCase(), parameters, q: weight(parameters.get('q')) };
}

function parseParameter(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 0) return [text.trim().toLowerCase(), ''];
  const value = text.slice(at + 1).trim();
  return [text.slice(0, at).trim().toLowerCase(), /^".*"$/.test(value) ? value.slice(1, -1) : value];
}

function weight(text: string | undefined): number {
  if (text === undefined) return 1;
  return decimal.test(text) ? Number(text) : 0;
}
