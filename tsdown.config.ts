import { defineConfig, type UserConfig } from 'tsdown';

// One build for every package, started in the package's folder by `pnpm -r build`.
const config: UserConfig = defineConfig({
  cwd: process.cwd(),
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  outExtensions: ({ format }) =>
    format === 'cjs' ? { js: '.cjs', dts: '.d.cts' } : { js: '.js', dts: '.d.ts' },
  dts: true,
  target: 'node22',
});

export default config;
