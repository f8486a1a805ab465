import { MetricsError } from './error.ts';

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric name needs no quotes and no escaping in any Prometheus format. */
export function isLegacyMetricName(name: string): boolean {
  return legacyMetricName.test(name);
}

/** Whether a label name needs no quotes and no escaping in any Prometheus format. */
export function isLegacyLabelName(name: string): boolean {
  return legacyLabelName.test(name);
}

/**
 * Joins namespace, subsystem and name with `_`, leaving out empty parts.
 *
 * An empty name gives an empty, and so invalid, result.
 */
export function buildFQName(namespace: string, subsystem: string, name: string): string {
  if (name === '') return '';
  return [namespace, subsystem, name].filter((part) => part !== '').join('_');
}

/** Refuses a metric name that is empty, not a string or not valid Unicode. `act` opens the message. */
export function checkMetricName(name: unknown, act = 'define metric'): asserts name is string {
  if (typeof name === 'string' && name !== '' && name.isWellFormed()) return;
  throw new MetricsError('NAME_INVALID', {
    message: `Cannot ${act} ${quote(name)}: the name is ${fault(name)}; use a non-empty Unicode string`,
    details: { name },
  });
}

/** Refuses a label name that is empty, not valid Unicode or starts with the reserved `__`. */
export function checkLabelName(label: unknown, owner: string): asserts label is string {
  const valid = typeof label === 'string' && label !== '' && label.isWellFormed();
  if (valid && !label.startsWith('__')) return;
  const what = valid ? 'reserved, as it starts with "__"' : fault(label);
  throw new MetricsError('LABEL_NAME_INVALID', {
    message: `Cannot define metric "${owner}": label name ${quote(label)} is ${what}; use another name`,
    details: { metric: owner, label },
  });
}

/** Shows any value in a message, shortened, between quotes if it is a string. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return describe(value);
  const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return `"${shown.toWellFormed()}"`;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `${value} (${typeof value})`;
  return `a value of type ${isArray(value) ? 'array' : typeof value}`;
}

// A revoked proxy cannot even be asked.
function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function fault(name: unknown): string {
  if (typeof name !== 'string') return 'not a string';
  return name === '' ? 'empty' : 'not valid Unicode';
}
