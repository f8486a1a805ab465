import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { MissingTools } from './test/support/missing-tools.ts';

// Tests read the packages' sources: the same files that are published, before they are bundled.
const conditions = ['oriel-source', 'node', 'import', 'default'];

// The file into which CI wants the numbers of a run.
const report = process.env.ORIEL_TEST_REPORT;

const project = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**', ...exclude] },
});

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new MissingTools(), ...(report === undefined ? [] : ['json'])],
    ...(report !== undefined && { outputFile: { json: report } }),
    projects: [
      project('workspace', ['test/workspace/**/*.test.ts'], ['test/workspace/snippets.test.ts']),
      project('unit', ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts']),
      project('docs', ['test/workspace/snippets.test.ts']),
      project('integration', ['test/**/*.test.ts'], ['test/workspace/**']),
    ],
  },
});

export default config;
