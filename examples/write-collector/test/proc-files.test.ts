import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDiskstats } from '../disk-collector.ts';
import { parseMeminfo } from '../memory-collector.ts';
import { parseMounts } from '../mount.ts';

test('parseMeminfo() gives every field in bytes and nothing that has no size', () => {
  const field = fc.stringMatching(/^[A-Z][A-Za-z]{0,12}$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(field, fc.nat()), { selector: ([name]) => name }), (fields) => {
      const text = [
        ...fields.map(([name, size]) => `${name}:   ${size} kB`),
        'HugePages_Total:   3',
        '',
      ].join('\n');
      expect([...parseMeminfo(text)]).toEqual(fields.map(([name, size]) => [name, size * 1024]));
    }),
  );
});

test('parseMounts() gives back any path that the kernel escaped', () => {
  const path = fc.stringMatching(/^\/[ \t\n\\a-z0-9]{0,20}$/);
  fc.assert(
    fc.property(path, path, fc.boolean(), (device, mountpoint, isReadOnly) => {
      const line = `${escaped(device)} ${escaped(mountpoint)} ext4 ${isReadOnly ? 'ro' : 'rw'},errors=remount-ro 0 0\n`;
      expect(parseMounts(line)).toEqual([{ device, mountpoint, fstype: 'ext4', isReadOnly }]);
    }),
  );
});

test('parseMounts() leaves out what the kernel keeps nowhere, and of two at one place the first', () => {
  const text =
    'proc /proc proc rw 0 0\nold /data ext4 rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\nnew /data xfs rw 0 0\n';
  expect(parseMounts(text).map(({ device }) => device)).toEqual(['new']);
});

test.each([
  ['sda', true],
  ['sda1', false],
  ['nvme0n1', true],
  ['nvme0n1p2', false],
  ['mmcblk0', true],
  ['mmcblk0p1', false],
  ['dm-0', true],
  ['md0', true],
  ['loop7', false],
  ['zram0', false],
])('parseDiskstats() on %s: is it a disk of its own? %s', (device, isKept) => {
  const text = `   8       0 ${device} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n`;
  expect(parseDiskstats(text).has(device)).toBe(isKept);
});

test('parseDiskstats() leaves out a line that is cut short', () => {
  expect(parseDiskstats('   8       0 sda 1 2 3\n').size).toBe(0);
});

function escaped(path: string): string {
  return path.replaceAll(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
