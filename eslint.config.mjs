import tseslint from 'typescript-eslint';

/** Who may import whom: the one table of the architecture (ARCHITECTURE.md explains it). */
const MAY_IMPORT = {
  core: [],
  audit: ['core'],
  limits: ['core'],
  web: ['core'],
  clickup: ['core', 'limits'],
  permissions: ['core', 'clickup'],
  connections: ['core', 'audit', 'clickup', 'permissions'],
  jobs: ['core', 'connections'],
  approvals: ['core', 'audit', 'connections'],
  tools: ['core', 'clickup', 'permissions'],
  auth: ['core', 'audit', 'limits', 'web', 'clickup', 'permissions', 'connections', 'approvals'],
  mcp: ['core', 'audit', 'limits', 'clickup', 'permissions', 'connections', 'jobs', 'approvals', 'tools', 'auth'],
  billing: ['core', 'audit', 'limits', 'connections', 'auth'],
  admin: [
    'core',
    'audit',
    'limits',
    'web',
    'clickup',
    'permissions',
    'connections',
    'jobs',
    'approvals',
    'tools',
    'auth',
    'mcp',
    'billing',
  ],
};
const LIBS = Object.keys(MAY_IMPORT);
const DEEP = { regex: '^#libs/[^/]+/', message: 'Import a library by its index: #libs/<name>.' };
const ACROSS = { regex: '^(\\.\\./)+(libs|apps)/', message: 'Import a library as #libs/<name>.' };
const SDK = {
  regex: '^@modelcontextprotocol/',
  message: 'The MCP SDK belongs to libs/mcp, apps/cli, bench and tests.',
};
const NEST = { regex: '^@nestjs/', message: 'Nest stays at the edges: core and tools are plain TypeScript.' };
const MAY_USE_SDK = ['mcp'];
const WITHOUT_NEST = ['core', 'tools'];

const imports = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [DEEP, ...patterns] }] },
});
const borders = LIBS.map((lib) => {
  const forbidden = LIBS.filter((other) => other !== lib && !MAY_IMPORT[lib].includes(other));
  return imports(
    [`libs/${lib}/**/*.ts`],
    [
      ACROSS,
      ...forbidden.map((other) => ({
        regex: `^#libs/${other}$`,
        message: `libs/${lib} may import ${MAY_IMPORT[lib].join(', ') || 'nothing'} only.`,
      })),
      ...(MAY_USE_SDK.includes(lib) ? [] : [SDK]),
      ...(WITHOUT_NEST.includes(lib) ? [NEST] : []),
    ],
  );
});

export default tseslint.config(
  { ignores: ['build', 'dist', 'node_modules', '**/*.mjs', 'coverage', 'data', '.cache'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `void` only hides that nobody hears of the failure, which then ends the process. (A reply of Fastify is no promise.)
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'process.env is read in libs/core/src/config only.' },
      ],
      'no-restricted-imports': ['error', { patterns: [DEEP] }],
      // Code is laid out by Prettier (120); this is for comments, and for what Prettier cannot break.
      'max-len': [
        'error',
        { code: 200, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
      ],
    },
  },
  // What browsers run is no part of the TypeScript project.
  { files: ['libs/*/src/**/static/*.js'], ...tseslint.configs.disableTypeChecked },
  imports(['apps/gateway/**/*.ts', 'apps/sandbox/**/*.ts'], [SDK]),
  ...borders,
  {
    files: ['libs/core/src/config/**', 'test/**', '**/*.spec.ts', 'bench/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  // In a test or a benchmark the run ends, and that is right.
  {
    files: ['test/**', '**/*.spec.ts', 'bench/**'],
    rules: { '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }] },
  },
  {
    files: ['test/**', '**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
);
