import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Whether a value is labels by name. */
export function areLabels(value: unknown): boolean {
  return isTextRecord(value) && Object.keys(value).every((name) => name !== '' && !name.startsWith('__'));
}

const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'transfer-encoding',
  'x-prometheus-remote-write-version',
]);

/** Whether a value is headers that may be sent beside those of the protocol. */
export function areHeaders(value: unknown): boolean {
  if (!isTextRecord(value)) return false;
  return Object.entries(value).every(([name, content]) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, content);
      return !ownHeaders.has(name.toLowerCase());
    } catch {
      return false;
    }
  });
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === 'string')
  );
}
