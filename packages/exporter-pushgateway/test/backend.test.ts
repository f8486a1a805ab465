import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ExporterConfig, newExporter } from '@oriel/exporter';
import { Counter, Registry } from '@oriel/metrics';
import { type HttpDestination, httpDestination, logLines, manualClock, rowsOfPage } from '@oriel/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { Certificates } from '../../../test/support/certificates.ts';
import { testWith } from '../../../test/support/tools.ts';
import { pushgateway } from '../src/backend.ts';

function exporterTo(url: string, settings: Record<string, unknown> = {}, config: ExporterConfig = {}) {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total' });
  registry.register(jobs);
  const logger = logLines();
  const exporter = newExporter('shop', {
    ...{ registry, logger, env: {}, backends: [pushgateway], exporters: [url] },
    backendSettings: { pushgateway: settings },
    ...config,
  });
  onTestFinished(() => exporter.shutdown());
  return { exporter, logger, jobs };
}

async function destination(): Promise<HttpDestination> {
  const made = await httpDestination();
  onTestFinished(() => made.close());
  return made;
}

test('nothing is pushed before the end by default, and then once', async () => {
  const gateway = await destination();
  const clock = manualClock();
  const { exporter } = exporterTo(`pushgateway+${gateway.url}`, {}, { clock });
  await exporter.init();
  await clock.advance(86_400_000);
  expect(gateway.attempts).toBe(0);
  await exporter.shutdown();
  const [push, ...others] = gateway.take();
  expect(others).toEqual([]);
  expect([push.method, push.path]).toEqual(['PUT', '/metrics/job/shop']);
  expect(push.headers['content-type']).toBe(
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  );
  expect(push.headers['content-length']).toBe(String(push.body.length));
});

test('text, gzip, POST, headers and the user of a file are sent as they are set', async () => {
  const gateway = await destination();
  const folder = mkdtempSync(join(tmpdir(), 'oriel-push-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, 'sécret\n');
  const settings = {
    ...{ format: 'text', compression: 'gzip', method: 'POST', username: 'me', passwordFile },
    headers: { 'X-Scope': 'a' },
  };
  const { exporter, jobs } = exporterTo(`pushgateway+${gateway.url}`, settings);
  jobs.add(3);
  await exporter.init();
  await exporter.forceFlush();
  const [push] = gateway.take();
  expect([push.method, push.headers['x-scope'], push.headers['content-encoding']]).toEqual([
    'POST',
    'a',
    'gzip',
  ]);
  expect(push.headers.authorization).toBe(`Basic ${Buffer.from('me:sécret').toString('base64')}`);
  const rows = rowsOfPage(gunzipSync(push.body).toString(), 'text');
  expect(rows.find(({ name }) => name === 'shop_jobs_total')?.value).toBe(3);
});

test('a password in the URL is sent, and in no log line, status or label', async () => {
  const gateway = await destination();
  await gateway.behave('refuse');
  const url = `pushgateway+${gateway.url.replace('//', '//me:sec%2Fret@')}`;
  const { exporter, logger } = exporterTo(url);
  await exporter.init();
  await exporter.forceFlush();
  await gateway.behave('well');
  await exporter.forceFlush();
  const [push] = gateway.take();
  expect(push.headers.authorization).toBe(`Basic ${Buffer.from('me:sec/ret').toString('base64')}`);
  expect(JSON.stringify([logger.lines, exporter.backends()])).not.toContain('sec');
  expect(logger.messages('error')[0]).toContain('the Pushgateway answered 400: told to refuse');
});

test('a password file that is not there is a failure that names it', async () => {
  const gateway = await destination();
  const settings = { username: 'me', passwordFile: '/nowhere/password' };
  const { exporter, logger } = exporterTo(`pushgateway+${gateway.url}`, settings);
  await exporter.init();
  await exporter.forceFlush();
  expect(logger.messages('error')[0]).toMatch(
    /^Cannot read file "\/nowhere\/password" of setting "passwordFile" of backend "pushgateway": ENOENT/,
  );
});

test('a redirection is not followed, and shown', async () => {
  const made = await httpDestination({ answer: () => ({ status: 404 }) });
  const moved = await httpDestination({ answer: () => ({ status: 307, headers: { location: made.url } }) });
  onTestFinished(() => Promise.all([made.close(), moved.close()]).then(() => {}));
  const { exporter, logger } = exporterTo(`pushgateway+${moved.url}`);
  await exporter.init();
  await exporter.forceFlush();
  expect(logger.messages('error')[0]).toContain(`the Pushgateway answered 307: go to ${made.url}`);
  expect(made.attempts).toBe(0);
});

test('the last push is tried again within the time that a stop has', async () => {
  const gateway = await destination();
  const clock = manualClock();
  const { exporter, jobs } = exporterTo(`pushgateway+${gateway.url}`, {}, { clock });
  await exporter.init();
  jobs.add(5);
  await gateway.behave('fail');
  const stopped = exporter.shutdown();
  while (gateway.attempts < 1) await clock.advance(0);
  await gateway.behave('well');
  while (gateway.attempts < 2) await clock.advance(100);
  await stopped;
  expect(gateway.take()).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('a group that cannot be deleted is a failure of the stop, which ends in time', async () => {
  const gateway = await destination();
  const clock = manualClock();
  const { exporter, logger } = exporterTo(`pushgateway+${gateway.url}`, { deleteAtStop: true }, { clock });
  await exporter.init();
  await gateway.behave('hang');
  let over = false;
  void exporter.shutdown().then(() => {
    over = true;
  });
  while (!over) await clock.advance(100);
  expect(logger.messages('error').some((message) => message.startsWith('Cannot stop backend'))).toBe(true);
  // The last push had its one try: a second one would have no time.
  expect(gateway.attempts).toBe(2);
  await clock.advance(60_000);
  expect([gateway.attempts, clock.pending]).toEqual([2, 0]);
});

testWith(
  'openssl',
  'TLS takes the authority, the name and the client certificate that are set, and no stranger',
  async () => {
    using certificates = new Certificates();
    const server = certificates.make({ name: 'gateway.test', alternatives: 'DNS:gateway.test' });
    const client = certificates.make({ name: 'client' });
    const seen: string[] = [];
    const options = { cert: server.cert, key: server.key, ca: certificates.ca, requestCert: true };
    const gateway = createServer({ ...options, rejectUnauthorized: false }, (request, response) => {
      const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
      seen.push(String(subject?.CN));
      request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void gateway.close());
    await once(gateway, 'listening');
    const url = `pushgateway+https://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const push = async (settings: Record<string, unknown>) => {
      const { exporter } = exporterTo(url, { tries: 1, ...settings });
      await exporter.init();
      await exporter.forceFlush();
      return exporter.backends()[0].error?.message ?? 'well';
    };
    const named = { tlsCa: certificates.caFile, tlsServerName: 'gateway.test' };
    expect(await push({})).toMatch(/unable to verify|self-signed|issuer/);
    expect(await push({ tlsCa: certificates.caFile })).toContain('127.0.0.1');
    expect(await push(named)).toBe('well');
    expect(await push({ ...named, tlsCert: client.certFile, tlsKey: client.keyFile })).toBe('well');
    expect(await push({ tlsInsecure: true })).toBe('well');
    expect(seen.slice(0, 3)).toEqual(['undefined', 'client', 'undefined']);
  },
);
