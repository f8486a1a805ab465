import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveMetrics } from '@oriel/exporter-prometheus';
import { Counter, Registry } from '@oriel/metrics';
import type { ReadingSession } from './case.ts';
import type { Sequence, SequenceResult } from './keep-alive-client.ts';

const program = fileURLToPath(new URL('./keep-alive-client.ts', import.meta.url));
const SCRAPES = 1000;
const authorization = `Basic ${Buffer.from('scraper:secret').toString('base64')}`;
// Of the password "secret".
const hash = '$2b$10$lSqbHCeQ0lSCoTvpuvfBY.nheMhttSfR3VTTcbJYkAq0SsKIEdQ9i';

// One for all peers of a case, so that it is warm; it ends with this process.
let client: ChildProcess | undefined;

/** Scrapes of a small page on one connection, over TLS and as a user, or without either; the time of one. */
export async function scrapeSession(isGuarded: boolean): Promise<ReadingSession> {
  const folder = mkdtempSync(join(tmpdir(), 'oriel-bench-'));
  const webConfigFile = isGuarded ? configIn(folder) : '';
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.' }));
  const server = await serveMetrics(registry, { port: 0, host: '127.0.0.1', webConfigFile });
  const guard = isGuarded ? { ca: readFileSync(join(folder, 'cert.pem'), 'utf8'), authorization } : {};
  const read = (): Promise<number> => scrape({ url: server.url, scrapes: SCRAPES, ...guard });
  await read();
  return {
    read,
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function scrape(sequence: Sequence): Promise<number> {
  client ??= fork(program, { execArgv: [] });
  const answered = once(client, 'message') as Promise<[SequenceResult]>;
  client.send(sequence);
  const [result] = await answered;
  if ('error' in result) throw new Error(result.error);
  return result.ns;
}

function configIn(folder: string): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', ...names], {
    cwd: folder,
    stdio: 'ignore',
  });
  const file = join(folder, 'web.yml');
  const tls = 'tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n';
  writeFileSync(file, `${tls}basic_auth_users:\n  scraper: '${hash}'\n`);
  return file;
}
