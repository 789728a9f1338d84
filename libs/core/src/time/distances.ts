import { type DateTime } from 'luxon';

const NUMBERS: ReadonlyMap<string, number> = new Map(
  ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'].map(
    (word, index) => [word, index + 1],
  ),
);
/** `m` alone is missing, because it means minutes to some and months to others. */
const UNITS = [
  { names: 'seconds?|secs?', unit: 'seconds', times: 1, exact: true },
  { names: 'minutes?|mins?', unit: 'minutes', times: 1, exact: true },
  { names: 'hours?|hrs?|h', unit: 'hours', times: 1, exact: true },
  { names: 'days?|d', unit: 'days', times: 1, exact: false },
  { names: 'fortnights?', unit: 'days', times: 14, exact: false },
  { names: 'weeks?|wks?|w', unit: 'days', times: 7, exact: false },
  { names: 'months?', unit: 'months', times: 1, exact: false },
  { names: 'quarters?', unit: 'months', times: 3, exact: false },
  { names: 'years?|yrs?|y', unit: 'years', times: 1, exact: false },
] as const;
const PART = `\\b(?:\\d{1,4}(?:\\.\\d{1,2})?\\s*|(?:half an?|a couple of|an?|${[...NUMBERS.keys()].join('|')})\\s+)(?:${UNITS.map(({ names }) => names).join('|')})\\b`;
const LENGTH = `${PART}(?:(?:,? and |, ?| ?)${PART}){0,4}`;
const FORMS: readonly { form: RegExp; sign: 1 | -1 }[] = [
  { form: new RegExp(`^(?<before>.*?)\\b(?:in|within) (?<length>${LENGTH})(?<after>.*)$`), sign: 1 },
  { form: new RegExp(`^(?<before>)\\+\\s?(?<length>${LENGTH})(?<after>.*)$`), sign: 1 },
  { form: new RegExp(`^(?<before>)-\\s?(?<length>${LENGTH})(?<after>.*)$`), sign: -1 },
  {
    form: new RegExp(`^(?<before>.*?)\\b(?<length>${LENGTH}) (?:from now|from today|later|hence)\\b(?<after>.*)$`),
    sign: 1,
  },
  { form: new RegExp(`^(?<before>.*?)\\b(?<length>${LENGTH}) ago\\b(?<after>.*)$`), sign: -1 },
];
const SAID: readonly [RegExp, string][] = [
  [/\b(?:the )?day after tomorrow\b/, 'in 2 days'],
  [/\b(?:the )?day before yesterday\b/, '2 days ago'],
];

/** A moment that was named by its distance from now, and the rest of the text. */
interface Distance {
  at: DateTime;
  /** Whether it was counted in hours or less: then it is an instant, otherwise a day. */
  exact: boolean;
  rest: string;
}

/**
 * `in 2 weeks`, `3 days ago`, `an hour from now`. Days and longer keep the wall clock, hours and shorter are exact, across a change of DST too.
 * @param text lower case
 */
export function distance(text: string, now: DateTime): Distance | undefined {
  const said = SAID.reduce((all, [from, to]) => all.replace(from, to), text);
  for (const { form, sign } of FORMS) {
    const { before = '', length, after = '' } = form.exec(said)?.groups ?? {};
    const found = length === undefined ? undefined : along(length, sign, now);
    if (found) return { ...found, rest: `${before}${after}`.trim() };
  }
  return undefined;
}

function along(length: string, sign: 1 | -1, now: DateTime): Omit<Distance, 'rest'> | undefined {
  let [at, exact] = [now, false];
  for (const [part] of length.matchAll(new RegExp(PART, 'g'))) {
    const name = /[a-z]+$/.exec(part)?.[0] ?? '';
    const row = UNITS.find(({ names }) => new RegExp(`^(?:${names})$`).test(name));
    const amount = amountOf(part.slice(0, part.length - name.length).trim());
    // How long half a day or one and a half months are depends on whom you ask.
    if (!row || (!row.exact && !Number.isInteger(amount))) return undefined;
    at = at.plus({ [row.unit]: sign * amount * row.times });
    exact ||= row.exact;
  }
  return { at, exact };
}

/** A number in digits or words; NaN when it is none. */
export function amountOf(text: string): number {
  if (text.startsWith('half')) return 0.5;
  if (/^(a )?couple of$/.test(text)) return 2;
  return /^an?$/.test(text) ? 1 : (NUMBERS.get(text) ?? Number(text));
}
