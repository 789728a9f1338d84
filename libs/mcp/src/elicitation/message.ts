import { visibleText } from '#libs/tools';

/** What a person reads in a form of their client. */
const MOST = 2_000;

/** What a question shows of a change. */
interface Shown {
  summary: string;
  current: Record<string, unknown>;
  arguments: Record<string, unknown>;
}

/** A change in words, with all that is asked for; `whole` is false where it had to be cut. */
export function messageOf({ summary, current, arguments: args }: Shown): { message: string; whole: boolean } {
  const asked = facts(args);
  const now = facts(current);
  const parts = [
    summary.replaceAll(/\s+/g, ' '),
    ...(now && now !== asked ? [`Now:\n${now}`] : []),
    ...(asked ? [`Asked for:\n${asked}`] : []),
  ];
  const text = visibleText(parts.join('\n\n'));
  return text.length <= MOST ? { message: text, whole: true } : { message: `${text.slice(0, MOST)} …`, whole: false };
}

/** One line each, whatever is in it: a text with line ends could look like something else that is asked for. */
const facts = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `- ${name}: ${JSON.stringify(value)}`)
    .join('\n');
