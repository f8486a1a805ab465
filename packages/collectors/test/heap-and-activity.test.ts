import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { runtimeCollector } from '../src/index.ts';
import { MemoryLimit } from '../src/memory-limit.ts';
import { samples } from './samples.ts';

test('the heap limit and the number of contexts are what V8 says', async () => {
  const found = await samples(runtimeCollector());
  const heap = getHeapStatistics();
  expect(found.get('nodejs_heap_size_limit_bytes')).toBe(heap.heap_size_limit);
  expect(found.get('nodejs_heap_native_contexts')).toBe(heap.number_of_native_contexts);
});

test('array buffers show in their own gauge and in the external memory', async () => {
  const runtime = runtimeCollector();
  const before = await samples(runtime);
  const kept = new ArrayBuffer(64e6);
  const after = await samples(runtime);
  for (const name of ['nodejs_array_buffer_memory_bytes', 'nodejs_external_memory_bytes']) {
    const grown = (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown).toBeGreaterThan(kept.byteLength * 0.9);
    expect(grown).toBeLessThan(kept.byteLength * 1.5);
  }
});

test('every heap space of V8 has three sizes under its name without "_space"', async () => {
  const found = await samples(runtimeCollector());
  for (const { space_name } of getHeapSpaceStatistics()) {
    const space = space_name.slice(0, space_name.lastIndexOf('_space'));
    for (const what of ['total', 'used', 'available']) {
      expect(found.get(`nodejs_heap_space_size_${what}_bytes{space=${space}}`)).toBeGreaterThanOrEqual(0);
    }
  }
  const sizes = [...found].filter(([name]) => name.startsWith('nodejs_heap_space_size_total_bytes'));
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  expect(total).toBeGreaterThan((found.get('nodejs_heap_size_total_bytes') ?? 0) * 0.9);
});

test('active resources are counted by type, and stay at zero when they are gone', async () => {
  const runtime = runtimeCollector();
  const servers = await Promise.all([0, 1, 2].map(() => listening()));
  const name = 'nodejs_active_resources{type=TCPServerWrap}';
  const listed = () => process.getActiveResourcesInfo().filter((type) => type === 'TCPServerWrap').length;
  const during = listed();
  expect(during).toBeGreaterThanOrEqual(3);
  expect((await samples(runtime)).get(name)).toBe(during);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  while (listed() > during - 3) await turn();
  expect((await samples(runtime)).get(name)).toBe(during - 3);
});

test('page faults and context switches lie between what the system says before and after', async () => {
  const before = process.resourceUsage();
  const found = await samples(runtimeCollector());
  const after = process.resourceUsage();
  const pairs = [
    ['nodejs_page_faults_total{kind=minor}', 'minorPageFault'],
    ['nodejs_page_faults_total{kind=major}', 'majorPageFault'],
    ['nodejs_context_switches_total{kind=voluntary}', 'voluntaryContextSwitches'],
    ['nodejs_context_switches_total{kind=involuntary}', 'involuntaryContextSwitches'],
    ['nodejs_filesystem_reads_total', 'fsRead'],
    ['nodejs_filesystem_writes_total', 'fsWrite'],
  ] as const;
  for (const [name, field] of pairs) {
    expect(found.get(name)).toBeGreaterThanOrEqual(before[field]);
    expect(found.get(name)).toBeLessThanOrEqual(after[field]);
  }
});

test('the version is a label, whole and in parts', async () => {
  const [major, minor, patch] = process.versions.node.split('.');
  const key = `nodejs_version_info{major=${major},minor=${minor},patch=${patch},version=${process.version}}`;
  expect((await samples(runtimeCollector())).get(key)).toBe(1);
});

test('MemoryLimit gives a limit below the memory of the machine, or none', () => {
  const limit = process.constrainedMemory();
  expect(new MemoryLimit().bytes()).toBe(limit > 0 && limit < totalmem() ? limit : undefined);
});

function listening(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
