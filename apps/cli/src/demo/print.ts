import { styleText } from 'node:util';
import { type Answer } from './answer.js';
import { type UpstreamRequest } from './stage.js';

const LINES = 8;
const WIDTH = 110;
const REQUESTS = 3;

/** How the tour looks on a terminal, or in a file: colours only where somebody sees them. */
export class Printer {
  constructor(private readonly out: NodeJS.WriteStream) {}

  title(text: string): void {
    this.line(`\n${this.paint('bold', text)}`);
  }

  note(text: string): void {
    this.line(this.paint('dim', text));
  }

  asking(number: number, ask: string): void {
    this.line(`\n${this.paint('bold', `${String(number).padStart(2)}  ${ask}`)}`);
  }

  calling(tool: string, args: Record<string, unknown>): void {
    this.line(`    ${this.paint('cyan', tool)} ${shortened(JSON.stringify(args))}`);
  }

  answered(
    { text, tokens }: Answer,
    upstream: readonly UpstreamRequest[],
    ms: number,
    problem: string | undefined,
  ): void {
    for (const line of excerpt(text)) this.line(`    ${this.paint('dim', '│')} ${line}`);
    const cost = `${counted(upstream.length, 'upstream call')}${listed(upstream)} · ${counted(tokens, 'token')} · ${Math.round(ms)} ms`;
    this.line(`    ${problem ? this.paint('red', '✗ failed') : this.paint('green', '✓')} ${this.paint('dim', cost)}`);
    for (const line of problem?.split('\n') ?? []) this.line(`      ${this.paint('red', line)}`);
  }

  summary(steps: number, { failed, upstream, tokens }: { failed: number; upstream: number; tokens: number }): void {
    const text = `${steps - failed} of ${steps} steps succeeded, ${counted(upstream, 'upstream call')}, ${counted(tokens, 'token')}`;
    this.line(`\n${this.paint(failed ? 'red' : 'green', text)}`);
  }

  line(text: string): void {
    this.out.write(`${text}\n`);
  }

  private paint(format: 'bold' | 'dim' | 'cyan' | 'green' | 'red', text: string): string {
    return this.out.isTTY && this.out.hasColors() ? styleText(format, text) : text;
  }
}

const shortened = (line: string): string => (line.length > WIDTH ? `${[...line].slice(0, WIDTH - 1).join('')}…` : line);
const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

function excerpt(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim());
  const shown = lines.slice(0, LINES).map((line) => shortened(line.replaceAll('\t', '  ')));
  return lines.length > LINES ? [...shown, `… (${counted(lines.length - LINES, 'more line')})`] : shown;
}

function listed(requests: readonly UpstreamRequest[]): string {
  if (requests.length === 0) return '';
  const shown = requests.slice(0, REQUESTS).map(({ method, path }) => `${method} ${path}`);
  return ` (${[...shown, ...(requests.length > REQUESTS ? ['…'] : [])].join(', ')})`;
}
