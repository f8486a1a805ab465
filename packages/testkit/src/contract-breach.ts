/** A test of the contract failed; the message says what was wanted and what was found. */
export class ContractBreach extends Error {
  override readonly name = 'ContractBreach';
}

/** Throws unless the condition holds. */
export function hold(condition: boolean, found: string): asserts condition {
  if (!condition) throw new ContractBreach(found);
}

/** Throws unless two values are equal as JSON shows them, NaN and infinities included. */
export function holdEqual(actual: unknown, wanted: unknown, what: string): void {
  const [got, want] = [shown(actual), shown(wanted)];
  hold(got === want, `${what}: wanted ${want}, found ${got}`);
}

function shown(value: unknown): string {
  const special = (_: string, part: unknown): unknown =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  return JSON.stringify(value, special) ?? 'nothing';
}
