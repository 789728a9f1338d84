import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installed suite, and the Node.js that runs it. */
export interface Suite {
  node: string;
  suite: string;
}

/** One check, as the suite writes it down. */
export interface Check {
  id: string;
  /** A warning is a SHOULD that was missed. */
  status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  errorMessage?: string;
}

export interface Report {
  /** The scenarios that the revision demands of servers, whether they ran or not. */
  demanded: string[];
  /** By scenario; what did not run is not there. The suite runs some that are not demanded, too. */
  checks: Map<string, Check[]>;
}

const INSTALL_TIMEOUT_MS = 90_000;
const RUN_TIMEOUT_MS = 90_000;
const INSTALLER = fileURLToPath(new URL('fetch.mjs', import.meta.url));

/** Installs the suite if need be. Undefined when that is not possible (no network, say); npm has said why on stderr. */
export function fetchSuite(): Suite | undefined {
  const { status, stdout } = spawnSync(process.execPath, [INSTALLER], {
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return status === 0 ? (JSON.parse(stdout) as Suite) : undefined;
}

/** Runs all that a revision of the specification demands of servers against the one at `url`. */
export async function runSuite(suite: Suite, url: string, revision: string): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const demanded = scenarios('Server', await run(suite, ['list', '--requirements', revision]));
    await run(suite, ['server', '--url', url, '--requirements', revision, '--output-dir', folder]);
    return { demanded, checks: await checksIn(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What the suite's authorization mode needs to know of a client that was registered for it. */
export interface SuiteClient {
  issuer: string;
  clientId: string;
  resource: string;
  /** Where the suite waits for the callback: `http://127.0.0.1:<port>/callback`. */
  port: number;
}

/**
 * Runs all scenarios for authorization servers.
 * @param approve what a person does with the link that the suite prints; gives the URL that the browser is sent back to
 */
export async function runAuthorizationSuite(
  suite: Suite,
  { issuer, clientId, resource, port }: SuiteClient,
  approve: (link: string) => Promise<URL>,
): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const demanded = scenarios('Authorization server', await run(suite, ['list', '--authorization']));
    let opened: Promise<unknown> | undefined;
    const args = [
      'authorization',
      '--url',
      issuer,
      '--client-id',
      clientId,
      '--resource',
      resource,
      '--port',
      String(port),
      '--output-dir',
      folder,
    ];
    await run(suite, args, (output, child) => {
      const link = /^(https?:\/\/\S+\?\S+)\n/m.exec(output)?.[1];
      if (!link || opened) return;
      opened = approve(link).then((callback) => fetch(callback));
      // The suite would wait for five minutes; what went wrong is thrown below.
      opened.catch(() => child.kill());
    });
    await opened;
    return { demanded, checks: await checksIn(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of a folder that the suite has written: one folder per scenario, with its mode before its name and the time behind. */
async function checksIn(folder: string): Promise<Report['checks']> {
  const checks: Report['checks'] = new Map();
  for (const name of await readdir(folder)) {
    const scenario = /^(?:authorization-)?server-(.+)-\d{4}-\d\d-\d\dT/.exec(name)?.[1] ?? name;
    checks.set(scenario, JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8')) as Check[]);
  }
  return checks;
}

/** What it prints. Its exit code only sums up what the files say in detail. */
function run(
  { node, suite }: Suite,
  args: string[],
  watch?: (output: string, child: ChildProcess) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [suite, ...args], { stdio: ['ignore', 'pipe', 'inherit'], timeout: RUN_TIMEOUT_MS });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      watch?.(output, child);
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

/** The names below a heading like "Server scenarios". */
const scenarios = (role: string, list: string) =>
  [
    ...(new RegExp(`^${role} scenarios.*\\n((?: {2}- .+\\n?)+)`, 'm').exec(list)?.[1] ?? '').matchAll(/^ {2}- (\S+)/gm),
  ].map(([, name]) => String(name));
