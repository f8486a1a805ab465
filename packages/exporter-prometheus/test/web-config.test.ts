import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readWebConfig } from '../src/web-config.ts';
import { durationMs } from '../src/web-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'oriel-web-'));
const file = join(folder, 'web.yml');
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string): ReturnType<typeof readWebConfig> {
  writeFileSync(file, text);
  return readWebConfig(file);
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof MetricsError) return `${error.code} ${error.message.replace(file, 'web.yml')}`;
    throw error;
  }
  return 'taken';
}

const hash = '$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234';

describe('readWebConfig()', () => {
  test('takes every field, and makes paths absolute', () => {
    const config = read(`
tls_server_config:
  cert_file: server.crt
  key_file: /etc/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca/ca.pem
  client_allowed_sans: [scraper.example, 10.0.0.1]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [CurveP256, X25519]
http_server_config:
  http2: false
  headers:
    Content-Security-Policy: default-src 'none'
    X-Frame-Options: Deny
    X-Content-Type-Options: nosniff
    X-XSS-Protection: '0'
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: ${hash}
rate_limit:
  interval: 1m30s
  burst: 5
`);
    expect(config.tls_server_config).toMatchObject({
      cert_file: join(folder, 'server.crt'),
      key_file: '/etc/server.key',
      client_ca_file: join(folder, 'ca/ca.pem'),
    });
    expect(config.basic_auth_users).toEqual({ alice: hash });
  });

  test('takes an empty file, and fields without a value', () => {
    expect(read('')).toEqual({});
    expect(read('tls_server_config:\nhttp_server_config:\n  headers:\nbasic_auth_users:\n')).toEqual({
      http_server_config: {},
    });
  });

  test.each([
    ['tls:\n  cert: x', 'OPTION_UNKNOWN', 'line 2, column 3: field "tls" is unknown'],
    [
      'rate_limit:\n  burst: 1\n  every: 1s',
      'OPTION_UNKNOWN',
      'line 3, column 10: field "rate_limit.every" is unknown; use one of interval, burst',
    ],
    [
      'http_server_config:\n  headers:\n    X-Frame-Options: allow',
      'OPTION_INVALID',
      'line 3, column 22: field "http_server_config.headers.X-Frame-Options" is "allow"; use deny or sameorigin',
    ],
    [
      'http_server_config:\n  headers:\n    Server: me',
      'OPTION_UNKNOWN',
      'field "http_server_config.headers.Server" is unknown',
    ],
    [
      'http_server_config:\n  headers:\n    X-XSS-Protection: "a\\r\\nb: c"',
      'OPTION_INVALID',
      'use a text of one line',
    ],
    ['tls_server_config:\n  min_version: TLS14', 'OPTION_INVALID', 'use one of TLS10, TLS11, TLS12, TLS13'],
    [
      'tls_server_config:\n  cert_file: a',
      'OPTION_INVALID',
      'field "tls_server_config" has no key; set key or key_file',
    ],
    ['tls_server_config:\n  key_file: a', 'OPTION_INVALID', 'has no certificate; set cert or cert_file'],
    ['tls_server_config:\n  client_auth_type: RequireClientCert', 'OPTION_INVALID', 'has no certificate'],
    [
      'tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}',
      'OPTION_INVALID',
      'client_auth_type is NoClientCert',
    ],
    [
      'tls_server_config: {cert_file: a, key_file: b, client_auth_type: Maybe}',
      'OPTION_INVALID',
      'use one of',
    ],
    [
      'tls_server_config: {cert_file: a, key_file: b, client_allowed_sans: [x]}',
      'OPTION_INVALID',
      'set client_auth_type',
    ],
    [
      'tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}',
      'OPTION_INVALID',
      'above max_version',
    ],
    [
      'tls_server_config: {cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]}',
      'OPTION_INVALID',
      'use a list, each one of TLS_AES_256_GCM_SHA384',
    ],
    ['rate_limit: {interval: often}', 'OPTION_INVALID', 'is "often"; use a duration such as 1s'],
    ['rate_limit: {burst: -1}', 'OPTION_INVALID', 'use a whole number of at least 0'],
    ['- a', 'OPTION_INVALID', 'the file is ["a"]; use a mapping of fields'],
    ['tls_server_config: &a {cert: *a}', 'OPTION_INVALID', 'field "tls_server_config.cert" is not usable'],
    ['rate_limit: {burst: &a [*a]}', 'OPTION_INVALID', 'is a cycle; use a whole number'],
    ['a: [', 'CONFIG_UNREADABLE', 'line 1'],
  ])('refuses %j', (text, code, message) => {
    expect(refusal(text)).toMatch(
      `${code} Cannot ${code === 'CONFIG_UNREADABLE' ? 'read' : 'use'} web configuration file "web.yml": `,
    );
    expect(refusal(text)).toMatch(message);
  });

  test('refuses a user without a bcrypt hash, and shows no secret', () => {
    const text = refusal('basic_auth_users:\n  alice: hunter2');
    expect(text).toMatch(
      'line 2, column 3: field "basic_auth_users" is not usable; use a mapping of users to bcrypt hashes',
    );
    expect(text).not.toMatch('hunter2');
  });

  test('names a file that is not there', () => {
    expect(() => readWebConfig(join(folder, 'none.yml'))).toThrow(/ENOENT; name a file that can be read/);
  });

  test('takes or refuses any document with a MetricsError', () => {
    const field = fc.constantFrom(
      'tls_server_config',
      'rate_limit',
      'burst',
      'http_server_config',
      'headers',
      'basic_auth_users',
      'cert',
      'key',
    );
    const document = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(field, tie('value'), { maxKeys: 4 })),
    })).value;
    fc.assert(
      fc.property(document, (value) => {
        expect(refusal(JSON.stringify(value))).toMatch(/^(taken|OPTION_|CONFIG_)/);
      }),
    );
  });
});

test('durationMs() adds up the parts of a duration', () => {
  expect(['1m30s', '500ms', '1h', '1.5s', '0', '1d'].map(durationMs)).toEqual([
    90_000, 500, 3_600_000, 1500, 0, 86_400_000,
  ]);
  expect(['', '1', 's', '1 s', '-1s', 5, undefined].map(durationMs)).toEqual(Array(7).fill(undefined));
});
