import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MetricsError } from '@oriel/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configUnreadable } from '../src/config-error.ts';
import { parseConfigFile, readConfigFile } from '../src/config-file.ts';
import { FakePart, viewsPart } from './fake-part.ts';
import { rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Finds issues at every path there is, so that every place in a document is looked for.
function picky(): FakePart {
  const names = ['http', 'rules', 'workflow'];
  return new FakePart(names, (values) => ({
    issues:
      Object.keys(values).length % 2 === 0 ? [] : paths(values).map((path) => ({ path, message: 'no' })),
    warnings: paths(values).map((path) => ({ path, message: 'hm' })),
  }));
}

function paths(value: unknown, to: readonly PropertyKey[] = []): (readonly PropertyKey[])[] {
  if (typeof value !== 'object' || value === null || to.length > 8) return [to];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [to, ...steps.flatMap((step) => paths((value as never)[step], [...to, step]))];
}

async function loadsOrIsRefused(text: string): Promise<void> {
  try {
    const file = await parseConfigFile({ path: 'm.yaml', location: 'm.yaml', text }, [picky()]);
    for (const path of paths(file.options)) expect(file.where(path)).toMatch(/^file "m.yaml"/);
  } catch (error) {
    expect(error).toBeInstanceOf(MetricsError);
    expect((error as MetricsError).message).toMatch(/^Cannot (use|read) configuration file "m.yaml": ./);
  }
}

const keys = fc.constantFrom(
  ...[
    'metricsPort',
    'enabled',
    'backends',
    'http',
    'rules',
    'kind',
    'apiVersion',
    'spec',
    'metrics',
    'metric',
  ],
  ...['__proto__', 'constructor', '<<', '$1', '', '0', 'a b'],
);
const scalars = fc.oneof(
  fc.anything({ maxDepth: 0 }).filter((value) => typeof value !== 'symbol' && typeof value !== 'bigint'),
  fc.constantFrom('Configuration', 'dapr.io/v1alpha1', true, 9090),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
  ),
}));

test('any text loads or is refused with a MetricsError', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), loadsOrIsRefused));
});

test('any text made of what YAML is made of loads or is refused with a MetricsError', async () => {
  const bits = fc.constantFrom(
    ...[
      '- ',
      ': ',
      ':',
      '? ',
      '\n',
      '\n  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a ',
      '*a',
      '!!set ',
      '!!binary ',
      '! ',
    ],
    ...[
      '|',
      '>-\n',
      '"',
      "'",
      '#',
      '---\n',
      '...\n',
      '%YAML 1.1\n---\n',
      '<<: ',
      '\t',
      '0x1',
      '.nan',
      '2001-01-01',
    ],
    ...[
      'http',
      'rules',
      'kind: Configuration\n',
      'apiVersion: dapr.io/v1alpha1\n',
      'spec:',
      '~',
      '\0',
      '\ud800',
    ],
  );
  const texts = fc.array(bits, { maxLength: 40 }).map((parts) => parts.join(''));
  await fc.assert(fc.asyncProperty(texts, loadsOrIsRefused), { numRuns: 2000 });
});

test('any documents load or are refused with a MetricsError', async () => {
  const documents = fc.array(fc.oneof(fc.dictionary(keys, tree), tree), { minLength: 1, maxLength: 3 });
  const texts = fc
    .tuple(documents, fc.boolean())
    .map(([values, json]) =>
      values.map((value) => (json ? (JSON.stringify(value) ?? '') : stringify(value))).join('\n---\n'),
    );
  await fc.assert(fc.asyncProperty(texts, loadsOrIsRefused), { numRuns: 1000 });
});

test.each([
  ['that holds itself', 'http: &a [*a]'],
  ['that holds itself as a key', '%YAML 1.1\n---\nhttp: &a { ? *a : 1 }'],
  ['with deep lists', `http: ${'['.repeat(5000)}${']'.repeat(5000)}`],
  ['with deep mappings', `${'{"a":'.repeat(150)}1${'}'.repeat(150)}`],
  ['with deep dashes', `http:\n  ${'- '.repeat(20_000)}a`],
  ['of another kind of key', '%YAML 1.1\n---\n? !!set { a, b }\n: 1\n? [1]\n: 2'],
])('a document %s is refused with a MetricsError', async (_what, text) => {
  expect(await rejection(parseConfigFile({ path: 'm.yaml', location: 'm.yaml', text }, [picky()]))).toMatch(
    /^(CONFIG_UNREADABLE|OPTION_\w+) Cannot /,
  );
});

test('readConfigFile() refuses a file larger than 1 MiB and takes one of exactly that size', async () => {
  const path = join(temporaryFolder(), 'm.yaml');
  const start = 'views: []\n#';
  await writeFile(path, start.padEnd(1024 * 1024, 'x'));
  expect((await readConfigFile(path, [viewsPart()])).text).toHaveLength(1024 * 1024);
  await writeFile(path, start.padEnd(1024 * 1024 + 1, 'x'));
  expect(await rejection(readConfigFile(path, [viewsPart()]))).toBe(
    `CONFIG_UNREADABLE ${configUnreadable(path, 'it is larger than 1048576 bytes; name a smaller file').message}`,
  );
});

test('readConfigFile() does not read what never ends', async () => {
  expect(await rejection(readConfigFile('/dev/zero', []))).toMatch(/^CONFIG_UNREADABLE .* 1048576 bytes/);
});
