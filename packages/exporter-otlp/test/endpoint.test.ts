import { describe, expect, test } from 'vitest';
import { endpointOf } from '../src/endpoint.ts';
import { type EnvironmentSettings, readEnvironment } from '../src/environment.ts';
import type { OtlpSettings } from '../src/settings.ts';

function found(
  url: string | undefined,
  settings: Pick<OtlpSettings, 'endpoint' | 'protocol'> = {},
  env: EnvironmentSettings = {},
): string {
  const { protocol, url: place } = endpointOf(url === undefined ? undefined : new URL(url), settings, env);
  return `${protocol} ${protocol === 'grpc' ? place.origin : place.href}`;
}

const refused = expect.objectContaining({ code: 'OPTION_INVALID' });

describe('endpointOf()', () => {
  test.each([
    ['otlp://host', 'http/protobuf http://host:4318/v1/metrics'],
    ['otlp://host:4318', 'http/protobuf http://host:4318/v1/metrics'],
    ['otlp://host:4317', 'grpc http://host:4317'],
    ['otlp://host:9000', 'http/protobuf http://host:9000/v1/metrics'],
    ['otlp+http://host', 'http/protobuf http://host:4318/v1/metrics'],
    ['otlp+http://host:8080/otlp/v1/metrics', 'http/protobuf http://host:8080/otlp/v1/metrics'],
    ['otlp+https://host', 'http/protobuf https://host/v1/metrics'],
    ['otlp+https://host/push', 'http/protobuf https://host/push'],
    ['otlp+grpc://host', 'grpc http://host:4317'],
    ['otlp+grpcs://host', 'grpc https://host'],
    ['otlp+grpcs://host:4317', 'grpc https://host:4317'],
    ['otlp+http://[::1]:4318', 'http/protobuf http://[::1]:4318/v1/metrics'],
  ])('sends to %s by %s', (url, expected) => {
    expect(found(url)).toBe(expected);
  });

  test('lets the setting choose JSON for a URL of HTTP, and gRPC for a URL that says neither', () => {
    expect(found('otlp+http://h', { protocol: 'http/json' })).toBe('http/json http://h:4318/v1/metrics');
    expect(found('otlp://h', { protocol: 'grpc' })).toBe('grpc http://h:4317');
    expect(found('otlp://h:4317', { protocol: 'http/protobuf' })).toBe(
      'http/protobuf http://h:4317/v1/metrics',
    );
  });

  test.each([
    ['otlp+http://h', { protocol: 'grpc' }],
    ['otlp+grpc://h', { protocol: 'http/json' }],
    ['otlp+grpc://h/path', {}],
    ['otlp+tcp://h', {}],
    ['otlp+https://%zz@h', {}],
  ] as const)('refuses %s with %j', (url, settings) => {
    expect(() => found(url, settings)).toThrow(refused);
  });

  test('takes a variable for the protocol only where the URL leaves it open', () => {
    expect(found('otlp://h', {}, { protocol: 'grpc' })).toBe('grpc http://h:4317');
    expect(found('otlp://h:4318', {}, { protocol: 'grpc' })).toBe('http/protobuf http://h:4318/v1/metrics');
    expect(found('otlp+http://h', {}, { protocol: 'grpc' })).toBe('http/protobuf http://h:4318/v1/metrics');
    expect(found('otlp+http://h', {}, { protocol: 'http/json' })).toBe('http/json http://h:4318/v1/metrics');
  });

  test('goes to this machine when nobody says where', () => {
    expect(found(undefined)).toBe('http/protobuf http://localhost:4318/v1/metrics');
    expect(found(undefined, { protocol: 'grpc' })).toBe('grpc http://localhost:4317');
  });

  test('takes the setting before the variables, and completes it only without a path', () => {
    const env = { metricsEndpoint: 'http://other:1' };
    expect(found(undefined, { endpoint: 'https://h' }, env)).toBe('http/protobuf https://h/v1/metrics');
    expect(found(undefined, { endpoint: 'https://h/a?b=c' }, env)).toBe('http/protobuf https://h/a?b=c');
  });

  test('takes the endpoint of metrics as it is, and the general one as a base', () => {
    const [metricsEndpoint, baseEndpoint] = ['http://m:1/x', 'http://b:2/base/'];
    expect(found(undefined, {}, { metricsEndpoint, baseEndpoint })).toBe('http/protobuf http://m:1/x');
    expect(found(undefined, {}, { baseEndpoint })).toBe('http/protobuf http://b:2/base/v1/metrics');
    expect(found(undefined, {}, { baseEndpoint: 'http://b:2' })).toBe('http/protobuf http://b:2/v1/metrics');
  });

  test('goes by TLS to an endpoint of gRPC without a scheme, unless told not to', () => {
    const env = { protocol: 'grpc', baseEndpoint: 'collector:4317' } as const;
    expect(found(undefined, {}, env)).toBe('grpc https://collector:4317');
    expect(found(undefined, {}, { ...env, insecure: true })).toBe('grpc http://collector:4317');
    expect(found(undefined, {}, { ...env, baseEndpoint: 'http://c:1' })).toBe('grpc http://c:1');
  });

  test('makes an authorization of a user in the URL, and keeps the user out of it', () => {
    const { url, authorization } = endpointOf(new URL('otlp+https://us%40er:p%3Aw@host'), {}, {});
    expect(url.href).toBe('https://host/v1/metrics');
    expect(authorization).toBe(`Basic ${Buffer.from('us@er:p:w').toString('base64')}`);
  });
});

describe('readEnvironment()', () => {
  const read = (env: Record<string, string>) => {
    const warnings: string[] = [];
    const settings = readEnvironment(env, (message) => warnings.push(message));
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    return { settings: Object.fromEntries(given), warnings };
  };

  test('takes variables of metrics before general ones, one by one', () => {
    const { settings, warnings } = read({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: ' http://b ',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2%2C3',
      OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'A=x=y',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY: '/key.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
      OTEL_EXPORTER_OTLP_INSECURE: 'TRUE',
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    });
    expect(warnings).toEqual([]);
    expect(settings).toEqual({
      baseEndpoint: 'http://a',
      metricsEndpoint: 'http://b',
      protocol: 'http/json',
      timeoutMs: 5000,
      compression: 'gzip',
      headers: { a: 'x=y', b: '2,3' },
      temporality: 'delta',
      tlsCa: '/ca.pem',
      tlsKey: '/key.pem',
      tlsCert: '/cert.pem',
      insecure: true,
      intervalMs: 1000,
    });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0'],
    ['OTEL_EXPORTER_OTLP_METRICS_TIMEOUT', 'soon'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zip'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'constructor'],
    ['OTEL_METRIC_EXPORT_INTERVAL', '-1'],
  ])('passes over %s="%s" with a warning that names it', (name, value) => {
    const { settings, warnings } = read({ [name]: value });
    expect(settings).toEqual({});
    expect(warnings).toEqual([expect.stringContaining(name)]);
  });

  test('shows no header in a warning, as it may be a secret', () => {
    const { warnings } = read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization: Bearer abc' });
    expect(warnings.join()).not.toContain('abc');
  });

  test('takes an empty variable for none', () => {
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_EXPORTER_OTLP_HEADERS: '' })).toEqual({
      settings: {},
      warnings: [],
    });
  });
});
