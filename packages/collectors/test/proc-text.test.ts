import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesField, countField, netstatField, softLimit, UNLIMITED } from '../src/proc-text.ts';

const count = fc.nat({ max: 2 ** 40 });

test('bytesField() and countField() find a value among others in any order', () => {
  fc.assert(
    fc.property(count, count, count, fc.boolean(), (size, data, threads, turned) => {
      const lines = [
        `VmSize:\t${size} kB`,
        `VmSizeOther:\t1 kB`,
        `VmData:\t ${data} kB`,
        `Threads:\t${threads}`,
      ];
      const text = `${(turned ? lines.reverse() : lines).join('\n')}\n`;
      expect(bytesField(text, 'VmSize')).toBe(size * 1024);
      expect(bytesField(text, 'VmData')).toBe(data * 1024);
      expect(countField(text, 'Threads')).toBe(threads);
    }),
  );
});

test('netstatField() takes the value below the name, in the group it is asked for', () => {
  const columns = fc.uniqueArray(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(columns, fc.infiniteStream(count), (names, stream) => {
      const values = names.map(() => stream.next().value as number);
      const group = (name: string, cells: readonly unknown[]) =>
        `${name}: ${names.join(' ')}\n${name}: ${cells.join(' ')}\n`;
      const text = group('TcpExt', names) + group('IpExt', values);
      for (const [i, name] of names.entries()) expect(netstatField(text, 'IpExt', name)).toBe(values[i]);
      expect(netstatField(text, 'IpExt', 'absent')).toBeUndefined();
    }),
  );
});

test('softLimit() takes the first of two limits and knows unlimited ones', () => {
  const text =
    'Max open files            1024                 4096                 files\nMax cpu time  unlimited  unlimited  seconds\n';
  expect(softLimit(text, 'Max open files')).toBe(1024);
  expect(softLimit(text, 'Max cpu time')).toBe(UNLIMITED);
  expect(softLimit(text, 'Max locks')).toBeUndefined();
});

test('no text whatever makes a reader throw or answer anything but a count', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const found = [
        bytesField(text, 'VmSize'),
        countField(text, 'Threads'),
        softLimit(text, 'Max open files'),
        netstatField(`IpExt: ${text}`, 'IpExt', 'InOctets'),
      ];
      for (const value of found) expect(value === undefined || value >= 0).toBe(true);
    }),
  );
});
