// Words by the base unit they should be measured in; a base unit stands for itself.
const wordsByBase: Readonly<Record<string, readonly string[]>> = {
  amperes: ['amperes'],
  bytes: ['bytes', 'bits'],
  celsius: ['celsius', 'fahrenheit', 'rankine'],
  grams: ['grams', 'pounds', 'ounces'],
  joules: ['joules', 'calories'],
  kelvin: ['kelvin', 'kelvins'],
  meters: ['meters', 'inches', 'yards', 'miles'],
  metres: ['metres'],
  seconds: ['seconds', 'minutes', 'hours', 'days', 'weeks'],
  volts: ['volts'],
};

const prefix =
  /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mibi|giga|gibi|tera|tebi|peta|pebi)/;

const bases: ReadonlyMap<string, string> = new Map(
  Object.entries(wordsByBase).flatMap(([base, words]) => words.map((word): [string, string] => [word, base])),
);

/** The first word of a name that is a unit, and the base unit it belongs to. */
export function unitWords(name: string): { readonly word: string; readonly base: string } | undefined {
  for (const word of name.split('_')) {
    const base = bases.get(word) ?? bases.get(word.replace(prefix, ''));
    if (base !== undefined) return { word, base };
  }
  return undefined;
}
