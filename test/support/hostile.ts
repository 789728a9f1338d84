import { type Dice } from './random-world.js';

/** What readers of lines, of C strings, of UTF-16 and of terminals stumble over. */
const ODD = [
  '\u2028',
  '\u2029',
  '\u0085',
  '\r',
  '\n',
  '\r\n',
  '\n\n',
  '\v',
  '\f',
  '\0',
  '\x1c',
  '\x1b[2J',
  '\x7f',
  '\t',
  '\ud800',
  '\udfff',
  '\udc00\ud800',
  '\ufeff',
  '\u200b',
  '\u202e',
  '\u{E0041}\u{E0042}',
  '\u{1F468}\u200d\u{1F4BB}',
  '"',
  '\\',
  '\\u2028',
  '`',
  '**',
  '[](',
  '<b>',
  '{}',
  '%',
  '%00',
  '%zz',
  '../',
  ' / ',
  '$&',
  '$1',
  '\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n',
  'event: message\n',
  ': ',
  'Error: ',
  '__proto__',
  'constructor',
  '0',
  '-1',
  '1e400',
  'NaN',
  'null',
];
const WORDS = ['', 'x', 'Backend', 'me', 'tomorrow', '2h', 'Sprint 42', 'https://app.clickup.com/t/abc'];

/** Text in which something is odd, now and then long. */
export function oddText({ below, chance, pick }: Dice): string {
  if (chance(0.03)) return pick(ODD).repeat(1 + below(3000));
  return Array.from({ length: 1 + below(5) }, () => (chance(0.6) ? pick(ODD) : pick(WORDS))).join('');
}

/** Any JSON value, now and then a deep one. */
export function oddValue(die: Dice): unknown {
  const { below, chance, pick } = die;
  if (chance(0.6)) return oddText(die);
  if (chance(0.1)) {
    let deep: unknown = oddText(die);
    for (let level = below(80); level > 0; level -= 1)
      deep = chance(0.5) ? [deep] : { [chance(0.2) ? oddText(die) : 'a']: deep };
    return deep;
  }
  return pick<() => unknown>([
    () => null,
    () => chance(0.5),
    () => pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 53]),
    () => Array.from({ length: below(4) }, () => oddValue(die)),
    () => ({ [oddText(die)]: oddText(die) }),
    () => [],
    () => ({}),
  ])();
}
