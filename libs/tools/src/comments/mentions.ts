import { type Person } from '#libs/clickup';
import { AppError } from '#libs/core';
import { MAX_IDS } from '../arguments/inputs.js';
import { naming } from '../arguments/naming.js';
import { personName } from '../answers/task.js';
import { type Run } from '../markdown/run.js';
import { toRichText } from '../markdown/to-rich-text.js';
import { type ToolContext } from '../tool/tool.js';

/** A text with the people whom it mentions, as comments and as chat want it. */
export interface Mentioning {
  /** Rich text for comments: mentions are runs with the id of their person. */
  runs: Run[];
  /** Markdown for chat, where a mention is a link. */
  markdown: string;
  people: Person[];
  /** Who was meant, as far as one can tell, but is not mentioned, and why. */
  missed: string[];
}

/** Marks each `@` of the source while it is parsed, so that mentions are found where Markdown has them and nowhere else, such as in code. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARKERS = /\uE000\d+\uE001/g;
const BRACKETED = /\uE000(\d+)\uE001$/;
/** `@` and up to four words that may be a name. An address or the name of a package is none. */
const LOOSE =
  /\uE000(\d+)\uE001@(?=\p{L})((?:[\p{L}\p{N}\p{M}_.'’-]{1,50})(?: [\p{Lu}][\p{L}\p{N}\p{M}_.'’-]{0,50}){0,3})(?![\p{L}\p{N}_/@-])/gu;
/** How many of those who share a name are named. */
const MOST_NAMED = 3;
const MOST_SIGNS = 2_000;

const fold = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** A person of the Workspace under each name that they are called by: the whole one, and the first. */
function callNames(people: readonly Person[]): Map<string, Person[]> {
  const named = new Map<string, Person[]>();
  const put = (name: string, person: Person) => named.set(name, [...(named.get(name) ?? []), person]);
  for (const person of people) {
    const whole = fold(person.username.trim());
    const [first = ''] = whole.split(' ');
    if (whole) put(whole, person);
    if (first && first !== whole) put(first, person);
  }
  return named;
}

/** A name without the punctuation and the possessive s behind it. */
function bare(written: string): string {
  let end = written.length;
  while (".'’_-".includes(written.charAt(end - 1)) && end > 0) end--;
  const name = written.slice(0, end);
  return /['’]s$/.test(name) ? name.slice(0, -2) : name;
}

/** What follows an `@` as the longest name that somebody has, or why it is nobody's. */
function loose(words: string, named: ReadonlyMap<string, Person[]>): { said: string; person?: Person; why: string } {
  const parts = words.split(' ');
  for (let count = parts.length; count > 0; count--) {
    const written = parts.slice(0, count).join(' ');
    for (const said of [written, bare(written)]) {
      const people = named.get(fold(said)) ?? [];
      const [person] = people;
      if (!person) continue;
      const names = people.slice(0, MOST_NAMED).map(personName).join(', ');
      if (people.length > 1)
        return { said, why: `${people.length} people are called so (${names}); write @[whole name]` };
      // Another name behind a first name may say that somebody else is meant.
      return count === parts.length || fold(person.username) === fold(said)
        ? { said, person, why: '' }
        : { said: words, why: `nobody is called so; write @[${names}] if that is who is meant` };
    }
  }
  return { said: bare(parts[0] ?? ''), why: 'nobody is called so' };
}

/**
 * Reads Markdown with its mentions: `@[name]` has to be somebody; `@Sarah Chen` without brackets mentions when exactly one person is
 * called so, and is text otherwise.
 * @throws AppError `invalid_parameters`, `clickup_not_found` naming the argument, for brackets around a name that is nobody's
 */
export async function mentioning(argument: string, text: string, { directory }: ToolContext): Promise<Mentioning> {
  const source = text.replace(/[\uE000\uE001]/g, '');
  let signs = 0;
  const tagged = source.replace(/@/g, () => (signs < MOST_SIGNS ? `${OPEN}${signs++}${CLOSE}@` : '@'));
  if (signs === 0) return { runs: toRichText(source), markdown: source, people: [], missed: [] };
  const runs = toRichText(tagged);
  const bracketed = new Set(runs.flatMap((run) => (run.type === 'tag' ? [nameIn(run)] : [])));
  if (bracketed.size > MAX_IDS)
    throw new AppError(
      'invalid_parameters',
      `${argument}: mentions ${bracketed.size} people; a comment may mention ${MAX_IDS}.`,
      { details: { parameter: argument } },
    );
  const found = new Map<string, Person>();
  for (const name of bracketed) found.set(name, await naming(argument, () => directory.person(name)));
  const isLoose = runs.some((run) => isPlain(run) && run.text.search(LOOSE) >= 0);
  return placed(runs, source, found, callNames(isLoose ? await directory.people() : []));
}

const nameIn = (run: Run): string => (run.user as { username: string }).username;
const isPlain = (run: Run): run is Run & { text: string } =>
  run.text !== undefined && run.type === undefined && !run.attributes?.code && !run.attributes?.link;
const tag = ({ id, username }: Person): Run => ({ type: 'tag', user: { id, username } });

function placed(
  runs: readonly Run[],
  source: string,
  found: ReadonlyMap<string, Person>,
  named: ReadonlyMap<string, Person[]>,
): Mentioning {
  const people = new Map<number, Person>();
  const missed = new Set<string>();
  /** By the number of their sign in the source: how long what stands for a person is, and who. */
  const spots = new Map<number, { length: number; person: Person }>();
  const all: Run[] = [];
  const say = (run: Run, text: string) => {
    const clean = text.replace(MARKERS, '');
    if (clean) all.push({ ...run, text: clean });
  };
  let before = '';
  for (const run of runs) {
    if (run.type === 'tag') {
      const person = found.get(nameIn(run)) as Person;
      const sign = BRACKETED.exec(before)?.[1];
      if (sign !== undefined) spots.set(Number(sign), { length: `@[${nameIn(run)}]`.length, person });
      people.set(person.id, person);
      all.push(tag(person));
      before = '';
      continue;
    }
    before = run.text ?? '';
    if (!isPlain(run)) {
      if (run.text === undefined) all.push(run);
      else say(run, run.text);
      continue;
    }
    let from = 0;
    for (const match of run.text.matchAll(LOOSE)) {
      const [whole, sign, words = ''] = match;
      if (/[\p{L}\p{N}_.]$/u.test(run.text.slice(Math.max(0, match.index - 1), match.index))) continue;
      const { said, person, why } = loose(words, named);
      if (!person) {
        missed.add(`@${said}: ${why}`);
        continue;
      }
      const start = match.index + whole.length - words.length - 1;
      say(run, run.text.slice(from, start));
      from = start + 1 + said.length;
      people.set(person.id, person);
      spots.set(Number(sign), { length: said.length + 1, person });
      all.push(tag(person));
    }
    say(run, run.text.slice(from));
  }
  return { runs: all, markdown: linked(source, spots), people: [...people.values()], missed: [...missed] };
}

/** The source with links for mentions, as chat writes them. */
function linked(source: string, spots: ReadonlyMap<number, { length: number; person: Person }>): string {
  let sign = 0;
  let from = 0;
  let markdown = '';
  for (let at = source.indexOf('@'); at >= 0; at = source.indexOf('@', at + 1)) {
    const spot = spots.get(sign++);
    if (!spot) continue;
    markdown += `${source.slice(from, at)}[@${personName(spot.person).replace(/[[\]]/g, '')}](#user_mention#${spot.person.id})`;
    from = at + spot.length;
  }
  return markdown + source.slice(from);
}

/** Mentions in a chat message as we write them: `@[name]`. */
export const readMentions = (markdown: string): string =>
  markdown.replace(/\[@([^\]\n]{1,100})\]\(#user_mention#\d{1,20}\)/g, '@[$1]');

/** The text of a comment without its formatting. */
export const plainText = (runs: readonly Run[]): string =>
  runs
    .map((run) => run.text ?? (run.type === 'tag' ? `@${nameIn(run)}` : ''))
    .join('')
    .trimEnd();
