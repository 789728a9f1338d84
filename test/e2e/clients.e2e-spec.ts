import { VENDORS } from '#libs/core';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { documented, filledIn } from '../support/documented.js';
import { FormBrowser } from '../support/form-browser.js';
import { describeIf } from '../support/needs.js';
import { Person } from '../support/person.js';
import { fetchPythonSdk, installedClients, Workplace } from '../support/real-clients/workplace.js';

/** A tool that every list has, and the name of ENG-123 in the sandbox. */
const [LISTED, FOUND] = ['get_task', 'Refactor Login Component'];
const CLIENT_TIMEOUT_MS = 90_000;

const clients = installedClients();
const python = spawnSync('python3', ['--version']).status === 0;

let app: TestApp;
/** As the gateway calls itself: clients that sign in by OAuth compare the two. */
let site: string;
let url: string;
let workplace: Workplace;
beforeAll(async () => {
  app = await startTestApp();
  site = app.url.replace('127.0.0.1', 'localhost');
  url = `${site}/mcp`;
});
beforeEach(async () => {
  if (clients) workplace = await Workplace.open(clients, { CLICKUP_MCP_URL: url, CLICKUP_MCP_KEY: WRITE_KEY });
});
afterEach(() => workplace?.close());
afterAll(() => app?.close());

const block = (page: string, heading: string, nth?: number) =>
  filledIn(documented(`docs/clients/${page}`, heading, nth), {
    'https://clickup.example.com/mcp': url,
    'http://localhost:3000/mcp': url,
  }).replaceAll(/\bKEY\b/g, WRITE_KEY);

test('the start page has a button for each editor that adds it by itself, with its own address and no credential', async () => {
  const { html } = await new FormBrowser(site).get('/');
  const links = [...html.matchAll(/<a class="button" href="([^"]+)">Add to (.+?)<\/a>/g)];
  expect(links.map(([, link = '', client]) => [client, link.replaceAll('&amp;', '&')])).toEqual(
    VENDORS.flatMap(({ label, install }) => (install ? [[label, install(url)]] : [])),
  );
});

describeIf(clients !== undefined, 'the clients (450 MB), which "node test/support/real-clients/fetch.mjs" installs')(
  'as documented',
  () => {
    it('curl', async () => {
      const answer = await workplace.runFile('sh', 'call.sh', block('scripts.md', 'curl'));
      expect(JSON.parse(answer)).toMatchObject({
        result: { isError: false, structuredContent: { scope: expect.stringContaining('assigned to Anna Fischer') } },
      });
    });

    it.each(['TypeScript', 'TypeScript SDK', 'AI SDK', 'LangChain', 'OpenAI Agents'])(
      '%s',
      async (heading) => {
        const { outputText } = ts.transpileModule(block('scripts.md', heading), {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
        });
        const output = await workplace.runFile(process.execPath, 'script.mjs', outputText);
        expect(output).toContain(FOUND);
        if (heading !== 'TypeScript') expect(output).toContain(`'${LISTED}'`);
      },
      CLIENT_TIMEOUT_MS,
    );

    it('the SDK of the first generation, where only the imports differ', async () => {
      const { outputText } = ts.transpileModule(
        block('scripts.md', 'TypeScript SDK')
          .replace(/import .*/, '')
          .replace(
            /^/,
            `import { Client } from '@modelcontextprotocol/sdk/client/index.js';
             import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';`,
          ),
        { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } },
      );
      expect(await workplace.runFile(process.execPath, 'script.mjs', outputText)).toContain(FOUND);
    });

    it(
      'MCP Inspector lists the tools, whose schemas it finds portable, and calls one',
      async () => {
        const list = block('inspector.md', 'MCP Inspector', 0);
        expect(await workplace.runFile('sh', 'list.sh', `${list.trimEnd()} --strict`)).toContain(`"name": "${LISTED}"`);
        expect(await workplace.runFile('sh', 'call.sh', block('inspector.md', 'MCP Inspector', 1))).toContain(FOUND);
      },
      CLIENT_TIMEOUT_MS,
    );

    it(
      'Gemini CLI is connected',
      async () => {
        // The folder of a test is trusted by nobody.
        Object.assign(workplace.env, { GEMINI_CLI_TRUST_WORKSPACE: 'true' });
        await workplace.runFile('sh', 'add.sh', block('gemini-cli.md', 'Connect with a key'));
        const listed = await workplace.runFile('sh', 'list.sh', block('gemini-cli.md', 'Check'));
        expect(listed).toContain(`clickup: ${url} (http) - Connected`);
      },
      CLIENT_TIMEOUT_MS,
    );

    it.each(['OAuth', 'key'])(
      'Claude Desktop by mcp-remote, with %s',
      async (way) => {
        const file = block('claude.md', 'Desktop with a local address', way === 'OAuth' ? 0 : 1);
        const { command, args, env } = (JSON.parse(file) as { mcpServers: Record<string, ServerEntry> }).mcpServers
          .clickup!;
        const [yes, program = '', ...rest] = args;
        expect([command, yes]).toEqual(['npx', '-y']);
        // What npx starts, without npx between: it would leave the program running when it is ended itself.
        const transport = new StdioClientTransport({
          command: join(clients!, 'node_modules', '.bin', program),
          args: rest,
          env: { ...workplace.env, ...env },
          cwd: workplace.folder,
          stderr: 'pipe',
        });
        let printed = '';
        let opened = false;
        const signedIn = new Promise<void>((done, failed) => {
          transport.stderr!.on('data', (chunk) => {
            printed += String(chunk);
            const link = /^http\S+\/authorize\?\S+$/m.exec(printed)?.[0];
            if (!link || opened) return;
            opened = true;
            new Person(site)
              .approve(link)
              .then((callback) => fetch(callback))
              .then(() => done(), failed);
          });
        });
        const client = new Client({ name: 'claude-ai', version: '1.0.0' });
        try {
          if (way === 'key') await client.connect(transport);
          else await Promise.all([client.connect(transport), signedIn]);
          expect((await client.listTools()).tools.map(({ name }) => name)).toContain(LISTED);
          const { content } = await client.callTool({ name: 'get_task', arguments: { task_id: 'ENG-123' } });
          expect(JSON.stringify(content)).toContain(FOUND);
          expect(opened).toBe(way === 'OAuth');
        } catch (error) {
          throw new Error(`${(error as Error).message}\n${printed}`, { cause: error });
        } finally {
          await client.close();
        }
      },
      CLIENT_TIMEOUT_MS,
    );

    it(
      'the manifest of the bundle for Claude Desktop is valid, and starts with what a person has typed',
      async () => {
        const bundle = process.cwd();
        await workplace.runFile('sh', 'validate.sh', `mcpb validate '${join(bundle, 'scripts/mcpb')}'`);
        const manifest = JSON.parse(
          await readFile(join(bundle, 'scripts/mcpb/manifest.json'), 'utf8'),
        ) as BundleManifest;
        const typed: Record<string, string> = { token: 'pk_sandbox_owner', workspace: '', read_only: 'true' };
        expect(Object.keys(manifest.user_config).sort()).toEqual(Object.keys(typed).sort());
        const filled = (text: string) =>
          text
            .replace('${__dirname}', bundle)
            .replace(/\$\{user_config\.(\w+)\}/g, (_, key: string) => typed[key] ?? `no ${key}`);
        const { args, env } = manifest.server.mcp_config;
        const client = new Client({ name: 'claude-ai', version: '1.0.0' });
        try {
          await client.connect(
            new StdioClientTransport({
              command: process.execPath,
              args: args.map(filled),
              env: {
                ...workplace.env,
                CLICKUP_API_URL: app.sandbox.url,
                ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text)])),
              },
              stderr: 'ignore',
            }),
          );
          const { tools } = await client.listTools();
          expect(tools.map(({ name }) => name)).toContain(LISTED);
          expect(tools.filter(({ annotations }) => !annotations?.readOnlyHint)).toEqual([]);
          const answer = await client.callTool({ name: LISTED, arguments: { task_id: 'ENG-123' } });
          expect(JSON.stringify(answer.content)).toContain(FOUND);
        } finally {
          await client.close();
        }
      },
      CLIENT_TIMEOUT_MS,
    );

    describeIf(python, 'python3')('Python', () => {
      it('without any package', async () => {
        expect(await workplace.runFile('python3', 'script.py', block('scripts.md', 'Python'))).toContain(FOUND);
      });
    });

    // Not held against a strict run: PyPI is none of the registries that this project needs otherwise.
    const withSdk = python ? fetchPythonSdk() : undefined;
    if (!withSdk) console.warn('Skipped "Python SDK": there is no python3, or pip cannot fetch mcp');
    (withSdk ? it : it.skip)('Python SDK', async () => {
      const output = await workplace.runFile(withSdk!, 'script.py', block('scripts.md', 'Python SDK'));
      expect(output).toContain(`'${LISTED}'`);
      expect(output).toContain(FOUND);
    });
  },
);

/** The parts of a bundle's manifest that decide how it is started. */
interface BundleManifest {
  server: { mcp_config: { args: string[]; env: Record<string, string> } };
  user_config: Record<string, unknown>;
}

/** As the files of clients that start local servers have it. */
interface ServerEntry {
  command: string;
  args: string[];
  env?: Record<string, string>;
}
