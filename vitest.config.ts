import { defineConfig } from 'vitest/config';

// Tests read the packages' sources: the same files that are published, before they are bundled.
export default defineConfig({
  resolve: { conditions: ['oriel-source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['oriel-source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
  },
});
