/** What produces the metrics, by OpenTelemetry's resource attribute names. */
export type Resource = Readonly<Record<string, string>>;

/**
 * Reads the resource from `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`; the latter wins.
 *
 * Attributes are `key=value` pairs joined by commas, percent-encoded. A malformed list is discarded as a
 * whole and told to `warn`, as OpenTelemetry wants it.
 */
export function readResource(
  env: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): Resource {
  const attributes = readAttributes(env.OTEL_RESOURCE_ATTRIBUTES ?? '', warn);
  const service = env.OTEL_SERVICE_NAME;
  if (service) attributes.push(['service.name', service]);
  return Object.freeze(Object.fromEntries(attributes));
}

function readAttributes(text: string, warn: (message: string) => void): [string, string][] {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  try {
    return pairs.map(readPair);
  } catch (cause) {
    warn(
      `Cannot read variable OTEL_RESOURCE_ATTRIBUTES: ${(cause as Error).message}; it is ignored as a whole`,
    );
    return [];
  }
}

function readPair(pair: string): [string, string] {
  const [key, ...rest] = pair.split('=');
  if (rest.length !== 1 || key.trim() === '') throw new Error(`"${pair.trim()}" is not a key=value pair`);
  return [decode(key, pair), decode(rest[0], pair)];
}

function decode(part: string, pair: string): string {
  try {
    return decodeURIComponent(part.trim());
  } catch {
    throw new Error(`"${pair.trim()}" has a broken percent escape`);
  }
}
