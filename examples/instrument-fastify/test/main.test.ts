import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ReadSample, readPage } from '@oriel/testkit';
import { afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, PORT: '0' };
  const child = spawn(process.execPath, ['--conditions=oriel-source', main, ...args], { env });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The addresses that the program prints: of the shop's book, and of the metrics. */
async function addressesOf(child: ChildProcess): Promise<readonly [book: string, metrics: string]> {
  let output = '';
  for await (const text of child.stdout?.setEncoding('utf8') ?? []) {
    output += text;
    const urls = [...output.matchAll(/http:\S+(?=\n)/g)].map(([url]) => url);
    if (urls.length === 2) return [urls[0] ?? '', urls[1] ?? ''];
  }
  throw new Error(`the program ended without its addresses: ${output}`);
}

async function completedAt(metrics: string): Promise<Record<string, number>> {
  const page = readPage(await (await fetch(metrics, { headers: { accept: 'text/plain' } })).text(), 'text');
  const name = 'opencensus_io_http_server_completed_count_total';
  const samples: readonly ReadSample[] = page.find((family) => family.name === name)?.samples ?? [];
  const tags = ['method', 'route', 'status'].map((tag) => `http_server_${tag}`);
  return Object.fromEntries(
    samples.map(({ labels, value }) => [tags.map((tag) => labels.get(tag) ?? '').join(' '), value]),
  );
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the page counts requests by the pattern of their route, and %s ends the program with code 0',
  { timeout: 120_000 },
  async (signal) => {
    const child = start('--metrics-port=0');
    const [book, metrics] = await addressesOf(child);
    const ask = async (path: string, init?: RequestInit): Promise<void> => {
      await (await fetch(new URL(path, book), init)).arrayBuffer();
    };
    for (const id of ['1', '2', '3', 'none']) await ask(id);
    const headers = { 'content-type': 'application/json' };
    await ask('../orders', { method: 'POST', headers, body: '{"books":[1]}' });
    for (const path of ['/made/up', '/made/up/too']) await ask(path);
    await expect
      .poll(() => completedAt(metrics), { timeout: 60_000 })
      .toEqual({
        'GET /shop/books/:id 200': 3,
        'GET /shop/books/:id 404': 1,
        'POST /shop/orders 201': 1,
        'GET  404': 2,
      });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test('a flag that does not exist is refused with code 1 and one line', { timeout: 120_000 }, async () => {
  const child = start('--metrics-prt=0');
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(errors).toContain('did you mean "--metrics-port"');
});
