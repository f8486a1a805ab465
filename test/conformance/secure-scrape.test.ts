import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveMetrics } from '@oriel/exporter-prometheus';
import { Counter, Registry } from '@oriel/metrics';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { PrometheusServer } from '../end-to-end/prometheus.ts';
import { Certificates, type Pair } from '../support/certificates.ts';
import { hasTool, testWith } from '../support/tools.ts';

const require = createRequire(new URL('../../packages/exporter-prometheus/package.json', import.meta.url));
const bcrypt = require('bcryptjs') as { hashSync(password: string, cost: number): string };

let made: Certificates;
let friend: Pair;
let webConfigFile: string;
beforeAll(() => {
  if (!hasTool('openssl')) return;
  made = new Certificates();
  const { certFile, keyFile } = made.make({ name: 'server' });
  friend = made.make({ name: 'friend', alternatives: 'DNS:scraper.example' });
  webConfigFile = made.write(
    'web.yml',
    `tls_server_config:
  cert_file: ${certFile}
  key_file: ${keyFile}
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ${made.caFile}
  client_allowed_sans: [scraper.example]
http_server_config:
  http2: true
  headers:
    X-Content-Type-Options: nosniff
basic_auth_users:
  scraper: '${bcrypt.hashSync('secret', 10)}'
`,
  );
});
afterAll(() => made?.[Symbol.dispose]());

async function scrapedWith(
  scrape: Readonly<Record<string, unknown>>,
): Promise<{ health: string; lastError: string }> {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.' });
  registry.register(jobs);
  jobs.add(7);
  await using server = await serveMetrics(registry, { port: 0, host: '127.0.0.1', webConfigFile });
  const prometheus = await PrometheusServer.start(new URL(server.url), '1s', { scrape });
  try {
    const target = await prometheus.scraped();
    if (target.health === 'up') {
      const [sample] = await prometheus.query('jobs_total');
      expect(sample.value[1]).toBe('7');
    }
    return target;
  } finally {
    await prometheus.stop();
  }
}

const trusting = (): Record<string, unknown> => ({ ca_file: made.caFile, server_name: 'localhost' });
const known = (): Record<string, unknown> => ({
  ...trusting(),
  cert_file: friend.certFile,
  key_file: friend.keyFile,
});
const login = { username: 'scraper', password: 'secret' };

describe('a Prometheus that scrapes over TLS', () => {
  testWith(
    ['openssl', 'prometheus'],
    'is let in with its certificate and its user, by HTTP/2 and HTTP/1.1',
    async () => {
      for (const enable_http2 of [true, false]) {
        const target = await scrapedWith({ tls_config: known(), basic_auth: login, enable_http2 });
        expect(target).toMatchObject({ health: 'up', lastError: '' });
      }
    },
    90_000,
  );

  testWith(
    ['openssl', 'prometheus'],
    'is not let in without one of them',
    async () => {
      const wrong = await scrapedWith({ tls_config: known(), basic_auth: { ...login, password: 'no' } });
      expect(wrong).toMatchObject({ health: 'down', lastError: expect.stringMatching('401 Unauthorized') });
      const unknown = await scrapedWith({ tls_config: trusting(), basic_auth: login });
      expect(unknown.health).toBe('down');
      expect(unknown.lastError).not.toMatch('401');
    },
    90_000,
  );

  testWith(['openssl', 'promtool'], 'could have the same file: promtool finds nothing wrong with it', () => {
    // Its version 0.9 of the toolkit does not have the list of names yet.
    const text = readFileSync(webConfigFile, 'utf8').replace(/^ {2}client_allowed_sans.*\n/m, '');
    const file = made.write('older.yml', text);
    const { status, stderr } = spawnSync('promtool', ['check', 'web-config', file], { encoding: 'utf8' });
    expect([status, stderr.trim()]).toEqual([0, `${file} SUCCESS`]);
  });

  testWith('promtool', 'refuses the files that are refused here', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oriel-web-'));
    const files = [
      'basic_auth: {}\n',
      'tls_server_config:\n  cert_file: none.pem\n',
      'http_server_config:\n  headers:\n    X-Other: a\n',
      'tls_server_config:\n  min_version: TLS14\n',
    ];
    try {
      for (const text of files) {
        const file = join(folder, 'web.yml');
        writeFileSync(file, text);
        expect(spawnSync('promtool', ['check', 'web-config', file]).status).not.toBe(0);
        const started = serveMetrics(new Registry(), { port: 0, host: '127.0.0.1', webConfigFile: file });
        await expect(started).rejects.toThrow();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
