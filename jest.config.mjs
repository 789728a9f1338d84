// Jest on Node 20 cannot require() an ES module, and @nestjs/throttler-style CommonJS packages require the ESM-only
// @nestjs/common. So every ES module, ours and the packages', is compiled to CommonJS by SWC (docs/adr/0004).
import { readdirSync, readFileSync } from 'node:fs';

const modules = new URL('./node_modules/', import.meta.url);
const packages = readdirSync(modules).flatMap((name) =>
  name.startsWith('@') ? readdirSync(new URL(`${name}/`, modules)).map((child) => `${name}/${child}`) : [name],
);
const isEsm = (name) => {
  try {
    return JSON.parse(readFileSync(new URL(`${name}/package.json`, modules), 'utf8')).type === 'module';
  } catch {
    return false;
  }
};
// CommonJS that imports dynamically, which Jest cannot do either.
const IMPORTING = ['@opentelemetry/otlp-exporter-base'];
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const swc = (parser, transform) => ({
  swcrc: false,
  module: { type: 'commonjs' },
  jsc: { target: 'es2023', keepClassNames: true, parser, transform },
});

export default {
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test', '<rootDir>/bench'],
  testRegex: ['\\.spec\\.ts$', '\\.e2e-spec\\.ts$'],
  moduleNameMapper: { '^#libs/(.*)$': '<rootDir>/libs/$1/src/index.ts', '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        ...swc({ syntax: 'typescript', decorators: true }, { legacyDecorator: true, decoratorMetadata: true }),
      },
    ],
    '^.+\\.m?js$': ['@swc/jest', swc({ syntax: 'ecmascript' })],
  },
  transformIgnorePatterns: [
    `/node_modules/(?!(?:${[...packages.filter(isEsm), ...IMPORTING].map(escape).join('|')})/)`,
  ],
  maxWorkers: 2,
  // Jest keeps parts of every module of each file: a worker that has become large is slow, and is replaced.
  workerIdleMemoryLimit: '2GB',
  // Ends what hangs for ever. It judges no speed: a busy machine may take many times as long as a quiet one.
  testTimeout: 120_000,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};
