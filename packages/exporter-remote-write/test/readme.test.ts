import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { receiver } from './receiver.ts';
import { sendingTo } from './sending.ts';
import { withSettings } from './setting-rows.ts';

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

test('the README has every setting as the schema has it', () => {
  expect(readme).toBe(withSettings(readme));
});

test('the README has every metric that the backend has of its own, and its labels', async () => {
  const destination = await receiver('2.0');
  await using sending = await sendingTo(`remote-write+http://127.0.0.1:${destination.port}`);
  await sending.exporter.forceFlush();
  const { families } = await sending.registry.gather();
  await destination.close();
  const own = families.filter(({ name }) => name.startsWith('oriel_remote_write_'));
  expect(own.length).toBe(6);
  const cells = readme.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { name, type, parts } of own) {
    const row = cells.find((each) => each[1] === `\`${name}\``);
    expect([name, row?.[2]]).toEqual([name, type]);
    for (const label of parts[0].labels.names)
      expect([name, row?.[3]]).toEqual([name, expect.stringContaining(`\`${label}\``)]);
  }
});
