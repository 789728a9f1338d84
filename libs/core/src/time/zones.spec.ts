import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fromSource } from '../../../../test/support/source-process.js';

const PROCESS_ZONES = ['UTC', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Kiritimati', 'Australia/Lord_Howe'];
const PERSON_ZONES = ['Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo', 'Pacific/Pago_Pago'];
const HOURS = [0, 2, 12, 13, 18, 23];

/** What each text means on a day: moments, looking ahead and back, and ranges by their first and last day, looking back and ahead. */
const MEANINGS: Record<
  string,
  {
    moments?: Record<string, string>;
    past?: Record<string, string>;
    ranges?: Record<string, string>;
    ahead?: Record<string, string>;
  }
> = {
  // A Wednesday.
  '2026-11-25': {
    moments: {
      'nov 25': '2026-11-25',
      'nov 25 5pm': '2026-11-25T17:00',
      'november 25th': '2026-11-25',
      '25 nov': '2026-11-25',
      'nov 24': '2027-11-24',
      'dec 1': '2026-12-01',
      'jan 5 9am': '2027-01-05T09:00',
      today: '2026-11-25',
      tonight: '2026-11-25T22:00',
      'this evening': '2026-11-25T20:00',
      'this morning': '2026-11-25T06:00',
      'today 9am': '2026-11-25T09:00',
      'today at noon': '2026-11-25T12:00',
      tomorrow: '2026-11-26',
      'tomorrow 5pm': '2026-11-26T17:00',
      'the day after tomorrow': '2026-11-27',
      yesterday: '2026-11-24',
      'day before yesterday': '2026-11-23',
      'last night': '2026-11-24T20:00',
      'in 2 days': '2026-11-27',
      'in 2 days at 5pm': '2026-11-27T17:00',
      '2 days ago': '2026-11-23',
      '2 days ago 5pm': '2026-11-23T17:00',
      'a week ago': '2026-11-18',
      'in a month': '2026-12-25',
      'in a fortnight': '2026-12-09',
      wednesday: '2026-11-25',
      'wednesday 5pm': '2026-11-25T17:00',
      wed: '2026-11-25',
      thursday: '2026-11-26',
      tuesday: '2026-12-01',
      'this friday': '2026-11-27',
      'next friday': '2026-12-04',
      'next monday': '2026-11-30',
      'coming wednesday': '2026-12-02',
      'last friday': '2026-11-20',
      'last wednesday': '2026-11-18',
      'friday next week': '2026-12-04',
      'monday of this week': '2026-11-23',
      'end of week': '2026-11-29',
      eow: '2026-11-29',
      'end of month': '2026-11-30',
      'end of november': '2026-11-30',
      'end of february': '2027-02-28',
      'start of next month': '2026-12-01',
      'last day of december 2027': '2027-12-31',
      'wednesday nov 25': '2026-11-25',
      'Wed, 25 Nov 2026': '2026-11-25',
      '13/4': '2027-04-13',
      '12/25': '2026-12-25',
      '31.12.2026 15:00': '2026-12-31T15:00',
      '2026-11-25 5pm': '2026-11-25T17:00',
      '2026/11/25': '2026-11-25',
      '3/4': 'refused',
      '3/4 5pm': 'refused',
      '1/11/2026': 'refused',
      '1/11/2026 5pm': 'refused',
      '3-4-2026': 'refused',
      '1/11/26': 'refused',
      'next week': 'refused',
      'this week': 'refused',
      november: 'refused',
      'november 2026': 'refused',
      '2026-11': 'refused',
      'last 7 days': 'refused',
      weekend: 'refused',
      'this weekend': 'refused',
      'tomorrow at 5': 'refused',
      'friday midnight': 'refused',
      'nov 25 17': 'refused',
      'monday nov 25': 'refused',
      'in a few days': 'refused',
      'in 5m': 'refused',
      'feb 29': '2028-02-29',
      'friday at 12': 'refused',
    },
    past: {
      'nov 25': '2026-11-25',
      'nov 26': '2025-11-26',
      wednesday: '2026-11-25',
      thursday: '2026-11-19',
      'wednesday 9am': '2026-11-25T09:00',
    },
    ranges: {
      'nov 25': '2026-11-25 2026-11-25',
      'since nov 25': '2026-11-25 2026-11-25',
      'since nov 24': '2026-11-24 2026-11-25',
      'since nov 26': '2025-11-26 2026-11-25',
      'since wednesday': '2026-11-25 2026-11-25',
      'since last wednesday': '2026-11-18 2026-11-25',
      'since november': '2026-11-01 2026-11-25',
      'monday to friday': '2026-11-23 2026-11-27',
      'friday to monday': '2026-11-20 2026-11-23',
      'wednesday to tuesday': '2026-11-25 2026-12-01',
      'nov 1 to nov 30': '2026-11-01 2026-11-30',
      'nov 1..nov 30': '2026-11-01 2026-11-30',
      'nov 26 to nov 30': '2025-11-26 2025-11-30',
      'dec 20 to jan 5': '2025-12-20 2026-01-05',
      'october to december': '2026-10-01 2026-12-31',
      'oct 1 to oct 31 2025': '2025-10-01 2025-10-31',
      'dec 20 to jan 5 2026': '2025-12-20 2026-01-05',
      '2025-11-01 to nov 30': '2025-11-01 2025-11-30',
      'last monday to friday': '2026-11-23 2026-11-27',
      'yesterday to friday': '2026-11-24 2026-11-27',
      'monday to today': '2026-11-23 2026-11-25',
      'nov 1 to today': '2026-11-01 2026-11-25',
      '2026-w48': '2026-11-23 2026-11-29',
      'november to february': '2026-11-01 2027-02-28',
      'monday to monday': 'refused',
      'nov 1 to friday': 'refused',
      'friday 3pm': 'refused',
      'until friday': '.. 2026-11-20',
      weekend: 'refused',
      '3/4 to 5/4': 'refused',
      'today to yesterday': 'refused',
    },
    ahead: {
      'monday to friday': '2026-11-23 2026-11-27',
      'monday to tuesday': '2026-11-30 2026-12-01',
      'nov 1 to nov 30': '2026-11-01 2026-11-30',
      'nov 1 to nov 24': '2027-11-01 2027-11-24',
      'dec 20 to jan 5': '2026-12-20 2027-01-05',
    },
  },
  // Ends of years, and the days on which Berlin, Los Angeles and Lord Howe change their clocks.
  '2026-12-31': {
    moments: {
      'dec 31': '2026-12-31',
      'jan 1': '2027-01-01',
      tomorrow: '2027-01-01',
      'end of year': '2026-12-31',
      'dec 30': '2027-12-30',
    },
    past: { 'jan 1': '2026-01-01' },
    ranges: {
      'since dec 31': '2026-12-31 2026-12-31',
      'dec 31 to jan 2': '2026-12-31 2027-01-02',
      'this year': '2026-01-01 2026-12-31',
    },
  },
  '2027-01-01': {
    moments: { 'jan 1': '2027-01-01', 'dec 31': '2027-12-31', yesterday: '2026-12-31' },
    past: { 'dec 31': '2026-12-31' },
    ranges: { 'since dec 31': '2026-12-31 2027-01-01', 'dec 20 to jan 5': '2026-12-20 2027-01-05' },
  },
  '2028-02-29': {
    moments: {
      'feb 29': '2028-02-29',
      '29 feb 5pm': '2028-02-29T17:00',
      tomorrow: '2028-03-01',
      'in a year': '2029-02-28',
    },
    past: { 'feb 29': '2028-02-29', 'mar 1': '2027-03-01' },
    ranges: { 'since feb 29': '2028-02-29 2028-02-29', 'feb 1 to feb 29': '2028-02-01 2028-02-29' },
  },
  '2027-12-10': { moments: { 'feb 29': '2028-02-29' } },
  '2027-06-10': { moments: { 'feb 29': '2028-02-29', 'end of february': '2028-02-29' } },
  '2028-06-10': { past: { 'feb 29': '2028-02-29' } },
  '2026-03-29': {
    moments: { 'mar 29': '2026-03-29', sunday: '2026-03-29', tomorrow: '2026-03-30', 'today 5pm': '2026-03-29T17:00' },
    ranges: { 'since mar 29': '2026-03-29 2026-03-29', 'monday to friday': '2026-03-23 2026-03-27' },
  },
  '2026-10-25': {
    moments: { 'oct 25': '2026-10-25', sunday: '2026-10-25', 'oct 25 5pm': '2026-10-25T17:00' },
    ranges: { 'since oct 25': '2026-10-25 2026-10-25' },
  },
  '2026-03-08': { moments: { 'mar 8': '2026-03-08', 'next sunday': '2026-03-15' } },
  '2026-04-05': { moments: { 'apr 5': '2026-04-05', 'apr 5 5pm': '2026-04-05T17:00' } },
};

/** Runs in a process of its own zone; answers every meaning that differs from the table. */
const SCRIPT = `
  import { DateTime } from 'luxon';
  const { formatInstant, parsePeriod, parseWhen } = await import('#libs/core');
  const { meanings, zones, hours } = JSON.parse(process.argv[1]);
  const attempt = (work) => { try { return work(); } catch (error) { if (error.code !== 'invalid_parameters') throw error; return 'refused'; } };
  const moment = (towards) => (text, zone, now) => { const { ms, hasTime } = parseWhen(text, zone, now, { towards }); return formatInstant(ms, zone, hasTime).slice(0, 16); };
  const range = (towards) => (text, zone, now) => { const { from, to } = parsePeriod(text, zone, now, { towards }); return [from, to === undefined ? to : to - 1].map((ms) => (ms === undefined ? '..' : DateTime.fromMillis(ms, { zone }).toISODate())).join(' '); };
  const readers = { moments: moment('future'), past: moment('past'), ranges: range('past'), ahead: range('future') };
  const wrong = []; let asked = 0;
  for (const [day, kinds] of Object.entries(meanings)) for (const zone of zones) for (const hour of hours)
    for (const [kind, texts] of Object.entries(kinds)) for (const [text, meaning] of Object.entries(texts)) {
      const now = DateTime.fromISO(day, { zone }).set({ hour, minute: 20 }).toMillis();
      const found = attempt(() => readers[kind](text, zone, now));
      asked++;
      if (found !== meaning) wrong.push([day, zone, hour, kind, text, found].join(' | '));
    }
  console.log(JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, asked, wrong: wrong.slice(0, 50) }));
`;

describe.each(PROCESS_ZONES)('in a process of %s', (TZ) => {
  test('words mean the same at every hour of the day, in every zone of the person', async () => {
    const asked = JSON.stringify({ meanings: MEANINGS, zones: PERSON_ZONES, hours: HOURS });
    const { stdout } = await promisify(execFile)(process.execPath, fromSource(SCRIPT, asked), {
      env: { PATH: process.env.PATH, TZ },
      maxBuffer: 1 << 24,
    });
    expect(JSON.parse(stdout)).toEqual({ zone: TZ, asked: expect.any(Number), wrong: [] });
  });
});
