import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogOutput } from './log-output.js';

const dropping = { dropped: jest.fn(), flowsAgain: jest.fn() };
const written = (output: LogOutput) => new Promise<void>((done) => output.flush(done));
const lineOf = (number: number) => `${number} ${'x'.repeat(300)} ä\n`;
const numbersOf = (text: string) => text.trimEnd().split('\n').map(Number.parseFloat);

/** A program that reads lines from a pipe, and can be told to stop reading. */
class Reader {
  readonly child: ChildProcess;
  text = '';
  constructor() {
    this.child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout!.on('data', (chunk) => (this.text += String(chunk)));
  }
  get fd(): number {
    return (this.child.stdin as unknown as { _handle: { fd: number } })._handle.fd;
  }
  async end(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.kill('SIGCONT');
    this.child.stdin!.end();
    await ended;
  }
}

let reader: Reader;
beforeEach(() => {
  jest.clearAllMocks();
  reader = new Reader();
});
afterEach(() => reader.child.kill('SIGKILL'));

test('what a reader that is stuck does not take is bounded, counted and told, and every line is whole and in order', async () => {
  reader.child.kill('SIGSTOP');
  const output = new LogOutput(reader.fd, {
    dropped: dropping.dropped,
    flowsAgain: (count) => (dropping.flowsAgain(count), output.write(`NaN ${count}\n`)),
  });
  const count = 20_000;
  for (let number = 0; number < count; number += 1) output.write(lineOf(number));
  await written(output);
  expect(dropping.flowsAgain).not.toHaveBeenCalled();
  const dropped = dropping.dropped.mock.calls.length;
  // A bound of a megabyte, and what the pipe itself holds.
  expect((count - dropped) * lineOf(0).length).toBeLessThan(1.3 * 1024 * 1024);

  reader.child.kill('SIGCONT');
  await written(output);
  output.write(lineOf(count));
  await written(output);
  await reader.end();
  expect(dropping.flowsAgain.mock.calls).toEqual([[dropped]]);
  expect(numbersOf(reader.text)).toEqual([...Array.from({ length: count - dropped }, (_, index) => index), NaN, count]);
  expect(reader.text.split('\n').filter((line) => line.startsWith('7 '))).toEqual([lineOf(7).trimEnd()]);
});

test('a slow reader gets every line that fits into the bound', async () => {
  const output = new LogOutput(reader.fd, dropping);
  for (let number = 0; number < 2000; number += 1) {
    if (number % 500 === 0) {
      reader.child.kill(number % 1000 === 0 ? 'SIGSTOP' : 'SIGCONT');
      await new Promise((turn) => setTimeout(turn, 30));
    }
    output.write(lineOf(number));
  }
  await written(output);
  await reader.end();
  expect(numbersOf(reader.text)).toEqual(Array.from({ length: 2000 }, (_, index) => index));
  expect(dropping.dropped).not.toHaveBeenCalled();
});

test('a disk without room takes lines away, and nothing else', async () => {
  const fd = openSync('/dev/full', 'w');
  const output = new LogOutput(fd, dropping);
  for (let number = 0; number < 10_000; number += 1) output.write(lineOf(number));
  await written(output);
  expect(dropping.dropped.mock.calls.length).toBeGreaterThan(5000);
  // It stays open: the output goes on trying, and the next socket of this process would get the same number.
});

test('lines of a file are written together, in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-output-'));
  const file = join(folder, 'log');
  const output = new LogOutput(openSync(file, 'a'), dropping);
  for (let number = 0; number < 3000; number += 1) output.write(lineOf(number));
  expect(readFileSync(file, 'utf8')).toBe('');
  await written(output);
  expect(numbersOf(readFileSync(file, 'utf8'))).toEqual(Array.from({ length: 3000 }, (_, index) => index));
  rmSync(folder, { recursive: true });
});
