import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { outputOf } from '../output.js';

const INSTALL_TIMEOUT_MS = 120_000;
const RUN_TIMEOUT_MS = 60_000;
const PYTHON_SDK = 'mcp==2.3.0';

/** Where the clients are installed; undefined when they are not: nobody who runs the tests expects 450 MB to be downloaded. */
export function installedClients(): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, [resolve('test/support/real-clients/fetch.mjs'), '--look'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** A Python that has the SDK, in an environment of its own; undefined when there is no Python, or pip cannot fetch the SDK. */
export function fetchPythonSdk(): string | undefined {
  const home = resolve('.cache/real-clients-python');
  const python = join(home, 'bin', 'python');
  const run = (command: string, args: string[]) =>
    spawnSync(command, args, {
      stdio: 'ignore',
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, PIP_RETRIES: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    }).status === 0;
  const there = () =>
    run(python, ['-c', `from importlib.metadata import version as v; assert "mcp==" + v("mcp") == "${PYTHON_SDK}"`]);
  if (there()) return python;
  return run('python3', ['-m', 'venv', home]) && run(python, ['-m', 'pip', 'install', PYTHON_SDK]) && there()
    ? python
    : undefined;
}

/** A folder in which the installed clients are found, and an environment in which they know nothing of the person who runs the tests. */
export class Workplace {
  private constructor(
    readonly folder: string,
    readonly env: Record<string, string>,
  ) {}

  /** @param clients as `fetchClients` gives it */
  static async open(clients: string, env: Record<string, string> = {}): Promise<Workplace> {
    const folder = await mkdtemp(join(clients, 'run-'));
    const path = [join(clients, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH ?? ''];
    return new Workplace(folder, {
      PATH: path.join(delimiter),
      HOME: folder,
      // What mcp-remote opens: nothing. The test is the browser.
      BROWSER: 'true',
      ...env,
    });
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** @returns all that was printed. @throws Error with it, when the command fails */
  async run(command: string, args: string[]): Promise<string> {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: RUN_TIMEOUT_MS,
    });
    const output = outputOf(child);
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${output()}`);
    return output();
  }

  /** Runs a text as a file of that name. */
  async runFile(interpreter: string, name: string, text: string): Promise<string> {
    const file = join(this.folder, name);
    await writeFile(file, text);
    return this.run(interpreter, [file]);
  }
}
