import { KEYS } from '#libs/core';
import { SERVER_INFO } from '#libs/mcp';
import { CATALOGUE } from '#libs/tools';
import { readFileSync } from 'node:fs';

const { name, version, description, license, engines, mcpName, keywords, repository } = JSON.parse(
  readFileSync('package.json', 'utf8'),
) as {
  name: string;
  version: string;
  description: string;
  license: string;
  engines: { node: string };
  mcpName: string;
  keywords: string[];
  repository: { url: string };
};
const TITLE = SERVER_INFO.title;
const MAIN = 'dist/apps/cli/src/main.js';

/** What a person who starts the tools on their own computer is asked for. */
const ASKED = {
  token: {
    env: 'CLICKUP_API_TOKEN',
    title: 'ClickUp API token',
    description: 'In ClickUp: Settings, Apps, API Token. It begins with pk_.',
  },
  workspace: {
    env: 'TEAM_ID',
    title: 'Workspace',
    description: 'The digits behind app.clickup.com/ in the address of ClickUp. Empty: every Workspace of the token.',
  },
  read_only: {
    env: 'READ_ONLY_MODE',
    title: 'Read only',
    description: 'Nothing in ClickUp can be changed.',
  },
} as const;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** server.json: what the MCP Registry tells of us (modelcontextprotocol.io/registry, schema of 2025-12-11). */
export const renderRegistryEntry = (): string =>
  json({
    $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
    name: mcpName,
    title: TITLE,
    description: 'ClickUp for AI agents: few sharp tools for all of its API, with exactly the rights granted.',
    version,
    repository: { url: repository.url.replace(/^git\+|\.git$/g, ''), source: 'github' },
    packages: [
      {
        registryType: 'npm',
        identifier: name,
        version,
        runtimeHint: 'npx',
        packageArguments: [{ type: 'positional', value: 'stdio' }],
        transport: { type: 'stdio' },
        environmentVariables: [
          {
            name: ASKED.token.env,
            description: ASKED.token.description,
            isRequired: true,
            isSecret: KEYS.CLICKUP_API_TOKEN.secret,
          },
          { name: ASKED.workspace.env, description: ASKED.workspace.description },
          {
            name: ASKED.read_only.env,
            description: ASKED.read_only.description,
            format: 'boolean',
            default: 'false',
          },
        ],
      },
    ],
    remotes: [
      {
        type: 'streamable-http',
        url: 'https://{host}/mcp',
        variables: { host: { description: 'Where your gateway runs, such as clickup.example.com', isRequired: true } },
      },
    ],
  });

/** Manifest of the bundle for Claude Desktop (github.com/modelcontextprotocol/mcpb, manifest 0.3): `clickup-mcp stdio` and what it needs. */
export const renderBundleManifest = (): string =>
  json({
    manifest_version: '0.3',
    name,
    display_name: 'ClickUp',
    version,
    description,
    author: { name: TITLE },
    license,
    keywords,
    icon: 'icon.png',
    server: {
      type: 'node',
      entry_point: MAIN,
      mcp_config: {
        command: 'node',
        args: [`\${__dirname}/${MAIN}`, 'stdio'],
        env: Object.fromEntries(Object.entries(ASKED).map(([key, { env }]) => [env, `\${user_config.${key}}`])),
      },
    },
    user_config: {
      token: { type: 'string', ...shown('token'), sensitive: true, required: true },
      workspace: { type: 'string', ...shown('workspace'), required: false, default: '' },
      read_only: { type: 'boolean', ...shown('read_only'), required: false, default: false },
    },
    tools: CATALOGUE.map((tool) => ({ name: tool.name, description: tool.title })),
    tools_generated: true,
    compatibility: { platforms: ['darwin', 'linux', 'win32'], runtimes: { node: engines.node } },
  });

const shown = (key: keyof typeof ASKED) => ({ title: ASKED[key].title, description: ASKED[key].description });

/** A plugin of Claude Code that connects it with a gateway (code.claude.com/docs/en/plugins/manifest-reference). */
export const renderPlugin = (): string =>
  json({
    name: 'clickup',
    version,
    description,
    author: { name: TITLE },
    license,
    keywords,
    userConfig: {
      url: {
        type: 'string',
        title: 'Address of your gateway',
        description: 'It ends with /mcp: https://clickup.example.com/mcp',
        required: true,
      },
    },
    mcpServers: { clickup: { type: 'http', url: '${user_config.url}' } },
  });

/** The list of plugins by which Claude Code finds that one in this repository. */
export const renderMarketplace = (): string =>
  json({
    name,
    description: 'Connects Claude Code with a ClickUp MCP Gateway.',
    owner: { name: TITLE },
    plugins: [{ name: 'clickup', source: './scripts/claude-plugin', description }],
  });
