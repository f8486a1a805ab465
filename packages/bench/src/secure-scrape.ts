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
// Few, so that the peers take turns often: what disturbs the machine for a second then disturbs them alike.
const SCRAPES = 300;
const WARM_UP_SCRAPES = 3000;
// Untimed, after the collection that is before each turn: the first ones pay for memory that was given back.
const SETTLING_SCRAPES = 100;
const authorization = `Basic ${Buffer.from('scraper:secret').toString('base64')}`;
// Of the password "secret".
const hash = '$2b$10$lSqbHCeQ0lSCoTvpuvfBY.nheMhttSfR3VTTcbJYkAq0SsKIEdQ9i';

// One for all peers of a case, so that it is warm; it ends with this process.
let client: ChildProcess | undefined;

/** What stands before the page. */
export type Guard = 'nothing' | 'tls' | 'tls-and-user';

/** Scrapes of a small page on one connection; the time of one. */
export async function scrapeSession(guard: Guard): Promise<ReadingSession> {
  const folder = mkdtempSync(join(tmpdir(), 'oriel-bench-'));
  const webConfigFile = guard === 'nothing' ? '' : configIn(folder, guard);
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.' }));
  const server = await serveMetrics(registry, { port: 0, host: '127.0.0.1', webConfigFile });
  const asking = {
    url: server.url,
    ...(guard !== 'nothing' && { ca: readFileSync(join(folder, 'cert.pem'), 'utf8') }),
    ...(guard === 'tls-and-user' && { authorization }),
  };
  await scrape({ ...asking, scrapes: WARM_UP_SCRAPES });
  return {
    async read() {
      await scrape({ ...asking, scrapes: SETTLING_SCRAPES });
      return scrape({ ...asking, scrapes: SCRAPES });
    },
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

function configIn(folder: string, guard: 'tls' | 'tls-and-user'): string {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-days', '2', ...names], {
    cwd: folder,
    stdio: 'ignore',
  });
  const file = join(folder, 'web.yml');
  const tls = 'tls_server_config:\n  cert_file: cert.pem\n  key_file: key.pem\n';
  const users = guard === 'tls' ? '' : `basic_auth_users:\n  scraper: '${hash}'\n`;
  writeFileSync(file, `${tls}${users}`);
  return file;
}
