import { type StatsFs, statfsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labelsOf, Registry } from '@oriel/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FilesystemCollector } from '../filesystem-collector.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'oriel-mounts-'));
  await mkdir(join(root, 'self'));
  await writeFile(join(root, 'self/mounts'), 'server:/share /share nfs rw 0 0\n/dev/sda / ext4 rw 0 0\n');
});

afterAll(() => rm(root, { recursive: true }));

test('a mount that hangs holds up nobody and is not asked again before it has answered', async () => {
  const asked: string[] = [];
  let answer: (stats: StatsFs) => void = () => {};
  const ask = (mountpoint: string): Promise<StatsFs> => {
    asked.push(mountpoint);
    if (mountpoint === '/') return Promise.resolve(statfsSync('/'));
    return new Promise((resolve) => (answer = resolve));
  };
  const registry = new Registry();
  registry.register(new FilesystemCollector(root, { patienceMs: 10, ask }));
  expect(await errorsOf(registry)).toEqual({ '/share': 1, '/': 0 });
  expect(await errorsOf(registry)).toEqual({ '/share': 1, '/': 0 });
  expect(asked.filter((mountpoint) => mountpoint === '/share')).toHaveLength(1);
  answer(statfsSync('/'));
  await new Promise(setImmediate);
  await errorsOf(registry);
  expect(asked.filter((mountpoint) => mountpoint === '/share')).toHaveLength(2);
});

async function errorsOf(registry: Registry): Promise<Record<string, number>> {
  const { families } = await registry.gather();
  const family = families.find(({ name }) => name === 'host_filesystem_device_error');
  const [part] = family?.parts ?? [];
  const rows = Array.from({ length: part?.rows ?? 0 }, (_, row) => {
    const mountpoint = labelsOf(part, row).find(({ name }) => name === 'mountpoint')?.value ?? '';
    return [mountpoint, part.values[row]] as const;
  });
  return Object.fromEntries(rows);
}
