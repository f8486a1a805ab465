import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Vitest from 'vitest';

/**
 * The vitest that runs the calling test file.
 *
 * Loaded when it is called: the rest of the package is for any runner, and the CommonJS entry of vitest does nothing
 * but throw. Its ES module can be required all the same.
 */
export function testRunner(): typeof Vitest {
  const require = createRequire(import.meta.url);
  return require(join(dirname(require.resolve('vitest/package.json')), 'dist/index.js'));
}
