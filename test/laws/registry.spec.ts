import { z } from 'zod';
import { renderRegistryEntry } from '../../apps/cli/src/installs/manifests.js';

/**
 * What the MCP Registry takes as server.json (static.modelcontextprotocol.io/schemas/2025-12-11), in words of our own: theirs is no part of
 * this repository. It is stricter in that it takes no key that the schema has no name for.
 */
const Input = {
  description: z.string().optional(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  value: z.string().optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
};
const variables = z.record(z.string(), z.strictObject(Input)).optional();
const KeyValue = z.strictObject({ ...Input, variables, name: z.string() });
const Argument = z.union([
  z
    .strictObject({ ...Input, variables, type: z.literal('positional'), valueHint: z.string().optional() })
    .refine(({ value, valueHint }) => value !== undefined || valueHint !== undefined, 'needs value or valueHint'),
  z.strictObject({ ...Input, variables, type: z.literal('named'), name: z.string() }),
]);
const overHttp = { type: z.enum(['streamable-http', 'sse']), url: z.string(), headers: z.array(KeyValue).optional() };
/** One version, no range of them. */
const version = z
  .string()
  .max(255)
  .regex(/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/);
const Entry = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100).optional(),
  description: z.string().min(1).max(100),
  version,
  websiteUrl: z.url().optional(),
  repository: z
    .strictObject({
      url: z.url(),
      source: z.string(),
      id: z.string().optional(),
      subfolder: z.string().optional(),
    })
    .optional(),
  packages: z
    .array(
      z.strictObject({
        registryType: z.enum(['npm', 'pypi', 'oci', 'nuget', 'mcpb']),
        identifier: z.string(),
        version,
        runtimeHint: z.string().optional(),
        runtimeArguments: z.array(Argument).optional(),
        packageArguments: z.array(Argument).optional(),
        environmentVariables: z.array(KeyValue).optional(),
        transport: z.union([z.strictObject({ type: z.literal('stdio') }), z.strictObject(overHttp)]),
      }),
    )
    .optional(),
  remotes: z.array(z.strictObject({ ...overHttp, variables })).optional(),
});

const entry = () => JSON.parse(renderRegistryEntry()) as z.input<typeof Entry>;

test('server.json is what the registry takes', () => {
  expect(Entry.safeParse(entry()).error?.issues).toBeUndefined();
});

test('variables of a URL are those that are asked for', () => {
  for (const { url, variables: asked = {} } of entry().remotes ?? [])
    expect([...url.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(Object.keys(asked));
});

test.each<[string, (of: any) => void]>([
  ['a long description', (of) => (of.description = 'x'.repeat(101))],
  ['a range of versions', (of) => (of.packages[0].version = '^1.0.0')],
  ['a package without transport', (of) => delete of.packages[0].transport],
  ['an argument without value', (of) => delete of.packages[0].packageArguments[0].value],
  ['a key that nobody knows', (of) => (of.licence = 'MIT')],
  ['a name without a slash', (of) => (of.name = 'clickup')],
])('%s would be refused', (_, spoil) => {
  const spoilt = entry();
  spoil(spoilt);
  expect(Entry.safeParse(spoilt).success).toBe(false);
});
