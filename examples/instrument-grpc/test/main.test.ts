import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=oriel-source', main, ...args]);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

async function urlOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the program ended without telling where its metrics are');
}

async function samplesAt(url: string): Promise<Map<string, number>> {
  const page = await (await fetch(url)).text();
  const samples = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

const method = (side: string) => `grpc_${side}_method="shop.Greeter/Greet"`;
const completed = (side: string, status: string) =>
  `grpc_io_${side}_completed_rpcs_total{${method(side)},grpc_${side}_status="${status}"}`;

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the page has the RPCs of both sides, and %s ends it with code 0',
  async (signal) => {
    const child = start('--metrics-port=0');
    const url = await urlOf(child);
    let page = await samplesAt(url);
    while (!page.has(completed('client', 'INVALID_ARGUMENT'))) page = await samplesAt(url);
    for (const side of ['client', 'server']) {
      const [ok, refused] = ['OK', 'INVALID_ARGUMENT'].map(
        (status) => page.get(completed(side, status)) ?? 0,
      );
      expect(ok).toBeGreaterThanOrEqual(4 * (refused ?? 0));
      const started = page.get(`grpc_io_${side}_started_rpcs_total{${method(side)}}`);
      expect(started).toBeGreaterThanOrEqual((ok ?? 0) + (refused ?? 0));
      expect(page.get(`grpc_io_${side}_sent_bytes_per_rpc_bytes_sum{${method(side)}}`)).toBeGreaterThan(0);
    }
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test('a flag that does not exist is refused with code 1 and one line', async () => {
  const child = start('--metrics-prt=0');
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(errors).toContain('did you mean "--metrics-port"');
});
