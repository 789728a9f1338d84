import { type TimeEntry } from '../../apps/sandbox/src/world/types.js';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { type CallAnswer, CLIENTS, type TestClient } from '../support/clients.js';

const ACME = '12345';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The person whose token the gateway has, in the sandbox. */
const ZONE = 'Europe/Berlin';
const LOGIN = 'Refactor Login Component';

const connected = async (token: string) => {
  const app = await startTestApp({ env: { CLICKUP_API_TOKEN: token, TEAM_ID: ACME } });
  const client = await CLIENTS[0]![1](app.url, WRITE_KEY);
  return { app, client };
};

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  ({ app, client } = await connected('pk_sandbox_owner'));
});
afterAll(async () => {
  await client.close();
  await app.close();
});

const ask = async (name: string, args: Record<string, unknown> = {}): Promise<CallAnswer> => {
  const answer = await client.call(name, args);
  expect([name, args, answer.isError, answer.text]).toEqual([name, args, false, expect.any(String)]);
  return answer;
};
const upstream = async (work: () => Promise<unknown>) => {
  const before = app.sandbox.requests().length;
  await work();
  return app.sandbox.requests().length - before;
};
const all = (): TimeEntry[] => app.sandbox.world.workspace(ACME).entries;
const kept = (id: string) => all().find((entry) => entry.id === id)!;
/** `2026-11-20` in the person's zone, by Intl. */
const dayOf = (ms: number) => new Date(ms).toLocaleDateString('sv-SE', { timeZone: ZONE });
const column = ({ structured }: CallAnswer, name: string): string[] =>
  structured.rows.map((row: string[]) => row[structured.columns.indexOf(name)] ?? '');
const lastDays = (days: number) => {
  const first = dayOf(app.sandbox.world.now() - (days - 1) * DAY);
  return all().filter(({ start }) => dayOf(start) >= first);
};
const hundredths = (entries: readonly TimeEntry[]) =>
  Math.round(entries.reduce((sum, { start, end }) => sum + (end === null ? 0 : end - start), 0) / 36_000) / 100;

describe('what was tracked', () => {
  test.each(['person', 'task', 'list', 'folder', 'space', 'tag', 'day', 'billable'])(
    'summed up by %s is what the sandbox keeps, and its rows add up',
    async (by) => {
      const answer = await ask('list_time_entries', { range: 'last 90 days', assignees: ['everyone'], sum_by: [by] });
      const rows = column(answer, 'hours').map(Number);
      const billed = column(answer, 'billable').map(Number);
      const truth = lastDays(90);
      const total = hundredths(truth);
      expect(answer.structured.total).toBe(
        `${total} h, of which billable ${hundredths(truth.filter(({ billable }) => billable))} h; ${truth.filter(({ end }) => end !== null).length} entries`,
      );
      expect(Math.round(rows.reduce((sum, each) => sum + 100 * each, 0))).toBe(Math.round(100 * total));
      expect(billed.reduce((sum, each) => sum + Math.round(100 * each), 0)).toBe(
        Math.round(100 * hundredths(truth.filter(({ billable }) => billable))),
      );
      expect(answer.structured.running).toEqual([expect.stringMatching(/not counted$/)]);
      expect(answer.structured.scope).toMatch(/^everyone \(\d+ people\); .*\(Europe\/Berlin\);.*; complete$/);
    },
  );

  test('by person and day is right for each of them, in one request', async () => {
    let answer: CallAnswer | undefined;
    const sent = await upstream(async () => {
      answer = await ask('list_time_entries', {
        range: 'last 7 days',
        assignees: ['everyone'],
        sum_by: ['person', 'day'],
      });
    });
    expect(sent).toBe(1);
    const groups = new Map<string, TimeEntry[]>();
    for (const entry of lastDays(7)) {
      const key = `${entry.user.username} ${dayOf(entry.start)}`;
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    const said = answer!.structured.rows.map(([person, day, hours]: string[]) => [
      `${person} ${day!.slice(4)}`,
      Number(hours),
    ]);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries([...groups].map(([key, entries]) => [key, hundredths(entries)])),
    );
  });

  test('is listed whole through its cursors, newest first', async () => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ask('list_time_entries', {
        range: 'last 90 days',
        assignees: ['everyone'],
        ...(cursor && { cursor }),
      });
      ids.push(...column(page, 'id'));
      cursor = page.structured.next_cursor;
    } while (cursor);
    const truth = lastDays(90).sort((a, b) => b.start - a.start || (a.id < b.id ? 1 : -1));
    expect(ids).toEqual(truth.map(({ id }) => id));
  });

  test('within a Space or on a task is what lies there', async () => {
    const space = await ask('list_time_entries', {
      range: 'last 60 days',
      assignees: ['everyone'],
      within: 'Engineering',
      sum_by: ['space'],
    });
    const there = lastDays(60).filter(({ task }) => task?.list.folder.space.name === 'Engineering');
    expect(space.structured.rows).toEqual([['Engineering', ...space.structured.rows[0].slice(1)]]);
    expect(Number(column(space, 'hours')[0])).toBe(hundredths(there));
    const busiest = there.find(({ task }) => task?.customId)!.task!;
    const task = await ask('list_time_entries', {
      range: 'last 60 days',
      assignees: ['everyone'],
      within: busiest.customId,
      sum_by: ['task'],
    });
    expect(Number(column(task, 'hours')[0])).toBe(hundredths(there.filter((entry) => entry.task === busiest)));
    expect(task.structured.scope).toContain('without its subtasks');
  });

  test('by a tag that does not exist is refused with those that do', async () => {
    const { isError, text } = await client.call('list_time_entries', { tags: ['frontent'] });
    expect([isError, text]).toEqual([true, expect.stringMatching(/no tag "frontent".*pairing/)]);
  });
});

describe('work', () => {
  test('is recorded on the task that is named, comes back with its id and name, and is told what it overlaps', async () => {
    const first = await ask('create_time_entry', {
      task_id: 'ENG-123',
      duration: '1,5 h',
      start: 'yesterday',
      billable: true,
    });
    expect(first.structured).toMatchObject({ task_id: 'ENG-123', task: LOGIN, duration: '1h 30m', billable: true });
    expect(first.text).toMatch(new RegExp(`^Time recorded: 1h 30m on "${LOGIN}", \\w{3} \\d{4}-`));
    const entry = kept(first.structured.entry_id);
    expect([entry.task?.customId, (entry.end ?? 0) - entry.start]).toEqual(['ENG-123', 1.5 * HOUR]);
    expect(first.structured.start).toMatch(/T09:00/);
    expect(dayOf(entry.start)).toBe(dayOf(app.sandbox.world.now() - DAY));
    const second = await ask('create_time_entry', { task_id: 'ENG-110', duration: '2h', start: 'yesterday 10am' });
    expect(second.structured.overlaps).toContainEqual(expect.stringContaining(`(entry ${entry.id})`));
  });

  test('is recorded on the one task of a name; a name of several is refused with them, and nothing is recorded', async () => {
    const { structured } = await ask('create_time_entry', { task_id: LOGIN, duration: '5m' });
    expect([structured.task_id, kept(structured.entry_id).task?.customId]).toEqual(['ENG-123', 'ENG-123']);
    const names = app.sandbox.world.workspace(ACME).tasks.map(({ name }) => name);
    const twice = names.find((name) => name !== LOGIN && names.filter((each) => each === name).length > 1)!;
    const before = all().length;
    for (const task_id of [twice, 'Refactor the Moon']) {
      const { isError, text } = await client.call('create_time_entry', { task_id, duration: '5m' });
      expect([isError, text, all().length]).toEqual([true, expect.stringContaining('task_id: '), before]);
    }
  });

  test('without a start ends now, and never in the future', async () => {
    const { structured } = await ask('create_time_entry', { task_id: 'ENG-123', duration: '30m' });
    const { start, end } = kept(structured.entry_id);
    expect(end! - start).toBe(HOUR / 2);
    expect(Math.abs(end! - app.sandbox.world.now())).toBeLessThan(60_000);
    const before = all().length;
    const future = await client.call('create_time_entry', {
      task_id: 'ENG-123',
      duration: '1h',
      start: 'tomorrow 9am',
    });
    expect([future.isError, future.text, all().length]).toEqual([
      true,
      expect.stringContaining('is in the future'),
      before,
    ]);
  });

  test('that was recorded and cannot be read back is not called failed', async () => {
    app.sandbox.configure({
      faults: [{ operation: 'Gettimeentrieswithinadaterange', times: 20, kind: 'status', status: 400 }],
    });
    const before = all().length;
    const { structured } = await ask('create_time_entry', { task_id: 'ENG-123', duration: '15m' });
    app.sandbox.configure({ faults: [] });
    expect(all()).toHaveLength(before + 1);
    expect(structured).toMatchObject({
      duration: '15m',
      unverified: expect.stringContaining('Do not record it again'),
    });
  });

  test('is changed field by field, and what is so already is left alone', async () => {
    const { entry_id } = (
      await ask('create_time_entry', { task_id: 'ENG-123', duration: '2h', start: 'yesterday 6pm' })
    ).structured;
    const shorter = await ask('update_time_entry', {
      entry_id,
      duration: '1h',
      add_tags: ['Customer'],
      billable: true,
    });
    expect(shorter.text).toMatch(/^Time entry changed\n/);
    expect(shorter.structured).toMatchObject({
      applied: ['duration: 2h → 1h', 'billable: false → true', 'tags: none → customer'],
      new_tags: ['Customer'],
    });
    const moved = await ask('update_time_entry', { entry_id, task_id: 'ENG-110', remove_tags: ['customer'] });
    expect(moved.structured.applied).toEqual([
      expect.stringMatching(/^task: ENG-123 .* → ENG-110 /),
      'tags: customer → none',
    ]);
    const { task, start, end, tags, billable } = kept(entry_id);
    expect([task?.customId, end! - start, tags, billable]).toEqual(['ENG-110', HOUR, [], true]);
    const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
    const before = writes();
    expect((await ask('update_time_entry', { entry_id, duration: '60 min', task_id: 'ENG-110' })).text).toMatch(
      /^Unchanged\n/,
    );
    expect(writes()).toBe(before);
  });

  test('is tagged in several entries, and a tag renamed everywhere after a preview', async () => {
    const made = await Promise.all(
      ['1 hour', '2 hours'].map((duration) => ask('create_time_entry', { task_id: 'ENG-123', duration })),
    );
    const entry_ids = made.map(({ structured }) => structured.entry_id as string);
    const tagged = await ask('time_entry_tags', { entry_ids, add_tags: ['pairing', 'Berlin'] });
    expect(tagged.structured).toMatchObject({
      applied: [expect.any(String), expect.any(String)],
      new_tags: ['Berlin'],
    });
    expect(entry_ids.map((id) => kept(id).tags.map(({ name }) => name))).toEqual([
      ['pairing', 'Berlin'],
      ['pairing', 'Berlin'],
    ]);
    const preview = await ask('time_entry_tags', { rename: 'berlin', to: 'Travel' });
    expect(kept(entry_ids[0]!).tags.map(({ name }) => name)).toContain('Berlin');
    await ask('confirm_change', { confirm_token: preview.structured.confirm_token });
    expect(entry_ids.map((id) => kept(id).tags.map(({ name }) => name))).toEqual([
      ['pairing', 'Travel'],
      ['pairing', 'Travel'],
    ]);
  });
});

test('a timer says what it stopped, and keeps its description when it is stopped', async () => {
  await ask('start_timer', { task_id: 'ENG-123' });
  const second = await ask('start_timer', { task_id: 'ENG-110', billable: true });
  expect(second.structured.stopped).toMatch(new RegExp(`^ENG-123 ${LOGIN} after `));
  const stopped = await ask('stop_timer', { description: 'Reproduced it' });
  expect(stopped.structured).toMatchObject({ task_id: 'ENG-110', description: 'Reproduced it', billable: true });
  expect(kept(stopped.structured.entry_id)).toMatchObject({ description: 'Reproduced it', billable: true });
  const none = await client.call('stop_timer');
  expect([none.isError, none.text]).toEqual([true, expect.stringContaining('No timer is running.')]);
});

test('a change whose answer is lost is looked for, and said when it is there', async () => {
  const { entry_id } = (await ask('create_time_entry', { task_id: 'ENG-123', duration: '2h', start: 'yesterday 8pm' }))
    .structured;
  app.sandbox.configure({ faults: [{ operation: 'UpdateatimeEntry', times: 1, kind: 'reset_after' }] });
  const { structured } = await ask('update_time_entry', { entry_id, duration: '1h' });
  app.sandbox.configure({ faults: [] });
  expect(kept(entry_id).end! - kept(entry_id).start).toBe(HOUR);
  expect(structured.applied).toEqual(['duration: 2h → 1h']);
});

test('a timer that is stopped stays told when its description cannot be written', async () => {
  await ask('start_timer', { task_id: 'ENG-123' });
  app.sandbox.configure({ faults: [{ operation: 'UpdateatimeEntry', times: 20, kind: 'status', status: 400 }] });
  const { structured } = await ask('stop_timer', { description: 'Lost' });
  app.sandbox.configure({ faults: [] });
  expect(structured.entry_id).toEqual(expect.any(String));
  expect(structured.not_applied).toEqual([
    { field: 'description', wanted: 'Lost', is: 'none', why: expect.stringContaining('ClickUp') },
  ]);
  expect(kept(structured.entry_id).end).not.toBeNull();
});

test('a member who asks for everyone gets their own time, with the statement', async () => {
  const member = await connected('pk_sandbox_member');
  try {
    const answer = await member.client.call('list_time_entries', {
      assignees: ['everyone'],
      range: 'last 30 days',
      sum_by: ['person'],
    });
    expect(answer.isError).toBe(false);
    expect(column(answer, 'person')).toEqual(['Sarah Chen']);
    expect(answer.structured.scope).toMatch(/^your own time \(Sarah Chen\).*incomplete$/);
    expect(answer.structured.missing).toContain('owners and admins');
    const others = await member.client.call('list_time_entries', { assignees: ['Anna Fischer'] });
    expect([others.isError, others.text]).toEqual([
      true,
      expect.stringContaining('owners and admins of the Workspace only'),
    ]);
  } finally {
    await member.client.close();
    await member.app.close();
  }
});
