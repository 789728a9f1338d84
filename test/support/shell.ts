import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { outputOf } from './output.js';

export interface Ran {
  status: number | null;
  /** Both streams. */
  output: string;
}

/** A folder in which blocks of documents are run, as somebody would paste them into a shell whose home it is. */
export class Shell {
  readonly folder: string;
  readonly env: Record<string, string>;

  constructor(...paths: string[]) {
    this.folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-shell-'));
    // PostgreSQL under root runs as somebody else, who has to get in.
    chmodSync(this.folder, 0o755);
    const path = [this.make('bin'), ...paths, dirname(process.execPath), process.env.PATH ?? ''];
    this.env = { PATH: path.join(delimiter), HOME: this.folder, LC_ALL: 'C.UTF-8' };
  }

  /** A folder in it. */
  make(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** A command that stands in for one that does not belong into a test, such as sudo. */
  standIn(name: string, script: string): void {
    writeFileSync(join(this.folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  async run(block: string): Promise<Ran> {
    const child = spawn('sh', ['-c', block], { cwd: this.folder, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = outputOf(child);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, output: output() };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
