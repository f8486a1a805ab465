import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ManualClock, manualClock } from '@oriel/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../src/clock.ts';
import { FileWatch, type FileWatchOptions } from '../src/file-watch.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

/** A watch at work that counts what it tells. */
function watching(path: string, own: Partial<FileWatchOptions> = {}) {
  const seen = { changes: 0, blind: [] as unknown[] };
  const onChange = () => void seen.changes++;
  const onBlind = (cause: unknown) => seen.blind.push(cause);
  const watch = new FileWatch({ path, clock: systemClock, onChange, onBlind, ...own });
  watch.start();
  onTestFinished(() => watch.stop());
  return { seen, watch };
}

/** Lets a manual clock run until a file that has changed must have been told. */
async function settle(clock: ManualClock): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await clock.advance(250);
}

test('start() tells once of the file that is there', async () => {
  const path = join(temporaryFolder(), 'm.yaml');
  writeFileSync(path, 'a');
  const { seen } = watching(path);
  await until(() => seen.changes === 1);
});

test('a write, a rename over the file and its removal and return are each told', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'm.yaml');
  writeFileSync(path, 'a');
  const { seen } = watching(path);
  await until(() => seen.changes === 1);
  writeFileSync(path, 'ab');
  await until(() => seen.changes === 2);
  writeFileSync(join(folder, 'new'), 'abc');
  renameSync(join(folder, 'new'), path);
  await until(() => seen.changes === 3);
  rmSync(path);
  await until(() => seen.changes === 4);
  writeFileSync(path, 'a');
  await until(() => seen.changes === 5);
});

/** Swaps the folder behind a volume's links, as Kubernetes does for a ConfigMap. */
function swap(volume: string, version: string, content: string): void {
  mkdirSync(join(volume, version));
  writeFileSync(join(volume, version, 'm.yaml'), content);
  symlinkSync(version, join(volume, '..data_tmp'));
  renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
}

test('a ConfigMap that is swapped by its link is told, with the same size and without a touch of the file', async () => {
  const volume = temporaryFolder();
  swap(volume, '..1', 'a');
  symlinkSync('..data/m.yaml', join(volume, 'm.yaml'));
  const { seen } = watching(join(volume, 'm.yaml'));
  await until(() => seen.changes === 1);
  swap(volume, '..2', 'b');
  rmSync(join(volume, '..1'), { recursive: true });
  await until(() => seen.changes === 2);
});

test('a file that is being written is told only when it has come to rest', async () => {
  const path = join(temporaryFolder(), 'm.yaml');
  writeFileSync(path, '');
  const clock = manualClock();
  const { seen } = watching(path, { clock });
  for (let bytes = 1; bytes < 20; bytes++) {
    writeFileSync(path, 'x'.repeat(bytes));
    await clock.advance(250);
    // Until this look is done and the next one planned: one write before each.
    await until(() => clock.pending === 2);
  }
  expect(seen.changes).toBe(0);
  await until(() => {
    void clock.advance(250);
    return seen.changes === 1;
  });
});

test('what the system does not tell, as behind a link into another folder, is found by looking', async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(elsewhere, 'real.yaml'), 'a');
  symlinkSync(join(elsewhere, 'real.yaml'), join(folder, 'm.yaml'));
  const clock = manualClock();
  const { seen } = watching(join(folder, 'm.yaml'), { clock });
  const told = (count: number) =>
    until(() => {
      void clock.advance(250);
      return seen.changes === count;
    });
  await told(1);
  writeFileSync(join(elsewhere, 'real.yaml'), 'ab');
  await told(2);
});

test('a folder that cannot be watched is told of, and the file is looked at all the same', async () => {
  const folder = join(temporaryFolder(), 'later');
  const clock = manualClock();
  const { seen } = watching(join(folder, 'm.yaml'), { clock });
  expect(seen.blind).toMatchObject([{ code: 'ENOENT' }]);
  mkdirSync(folder);
  writeFileSync(join(folder, 'm.yaml'), 'a');
  await until(() => {
    void clock.advance(250);
    return seen.changes >= 1;
  });
});

test('a folder in which others write all the time hides no change, and theirs are not told', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'm.yaml');
  writeFileSync(path, 'a');
  const clock = manualClock();
  const { seen } = watching(path, { clock });
  let noise = 0;
  const noisy = async (count: number) => {
    while (seen.changes < count) {
      writeFileSync(join(folder, 'log'), `${noise++}`);
      await clock.advance(100);
    }
  };
  await noisy(1);
  for (let line = 0; line < 50; line++) {
    writeFileSync(join(folder, 'log'), `${noise++}`);
    await clock.advance(100);
  }
  expect(seen.changes).toBe(1);
  writeFileSync(path, 'b');
  await noisy(2);
});

test('stop() leaves no timer, even when it comes while the file is being looked at', async () => {
  const path = join(temporaryFolder(), 'm.yaml');
  writeFileSync(path, 'a');
  const clock = manualClock();
  const { seen, watch } = watching(path, { clock });
  expect(clock.pending).toBe(2);
  const moving = clock.advance(250);
  watch.stop();
  await moving;
  writeFileSync(path, 'b');
  await settle(clock);
  expect([clock.pending, seen.changes]).toEqual([0, 0]);
});
