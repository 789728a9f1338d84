import { asking } from '../../../test/support/ask.js';
import { type RunningSandbox, startSandbox } from './index.js';

const NOW = 1_780_000_000_000;
const ANNA = 61_234_501;
const DAVID = ANNA + 37;
const SPRINT = '90144360426';
const LABEL = { name: 'review', tag_fg: '#ffffff', tag_bg: '#000000' };

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ tasks: 60, now: () => NOW });
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const ask = asking(() => sandbox.url);
const newTask = async (): Promise<string> => (await ask(`POST /v2/list/${SPRINT}/task`, { name: 'T' })).body.id;
const track = (task: string, body: object, token?: string) => ask(`POST /v2/task/${task}/time`, body, token);
const tracked = async (task: string) => (await ask(`GET /v2/task/${task}/time`)).body.data;
const entries = async () => (await ask('GET /v2/team/12345/time_entries')).body.data;
const labels = async () =>
  (await ask('GET /v2/team/12345/time_entries/tags')).body.data.map(({ name }: { name: string }) => name).sort();

describe('tracked time of a task (the older way)', () => {
  it('is summed up by person, and is the same time as everywhere', async () => {
    const task = await newTask();
    const first = await track(task, { start: NOW - 5000, end: NOW - 3000, time: 2000 });
    await track(task, { start: NOW - 2000, end: NOW - 1000, time: 1000 });
    await track(task, { start: NOW - 9000, end: NOW - 2000, time: 7000 }, 'pk_sandbox_admin');
    expect(await tracked(task)).toMatchObject([
      { user: { id: DAVID }, time: 7000, intervals: [{ time: '7000' }] },
      {
        user: { id: ANNA },
        time: 3000,
        intervals: [
          {
            id: first.body.id,
            start: String(NOW - 5000),
            end: String(NOW - 3000),
            time: '2000',
            date_added: String(NOW),
          },
          { time: '1000' },
        ],
      },
    ]);
    expect((await ask(`GET /v2/task/${task}`)).body.time_spent).toBe(10_000);
    expect((await ask(`GET /v2/team/12345/time_entries/${first.body.id}`)).body.data).toMatchObject({
      duration: '2000',
      task: { id: task },
    });
  });

  it('leaves running timers out', async () => {
    const task = await newTask();
    await ask('POST /v2/team/12345/time_entries/start', { tid: task });
    expect(await tracked(task)).toEqual([]);
  });

  it('takes a length alone, and lets the length win over the end', async () => {
    const task = await newTask();
    await track(task, { time: 4000 });
    await track(task, { start: NOW - 9000, end: NOW, time: 1000 });
    expect((await tracked(task))[0].intervals).toMatchObject([
      { start: String(NOW - 9000), end: String(NOW - 8000) },
      { start: String(NOW - 4000), end: String(NOW) },
    ]);
    expect((await track(task, {})).status).toBe(400);
  });

  it('is changed and deleted by the task it is on, and by whom it belongs to', async () => {
    const [task, other] = [await newTask(), await newTask()];
    const { id } = (await track(task, { start: NOW - 5000, end: NOW, time: 5000 })).body;
    const body = { start: NOW - 1000, end: NOW, time: 1000 };
    expect((await ask(`PUT /v2/task/${other}/time/${id}`, body)).status).toBe(404);
    expect((await ask(`PUT /v2/task/${task}/time/${id}`, body, 'pk_sandbox_member')).status).toBe(403);
    expect((await ask(`DELETE /v2/task/${task}/time/${id}`, undefined, 'pk_sandbox_member')).status).toBe(403);
    expect((await ask(`PUT /v2/task/${task}/time/${id}`, body)).body).toEqual({});
    expect((await tracked(task))[0].time).toBe(1000);
    expect((await ask(`DELETE /v2/task/${task}/time/${id}`)).body).toEqual({});
    expect(await tracked(task)).toEqual([]);
    expect(await ask(`GET /v2/team/12345/time_entries/${id}`)).toMatchObject({ status: 404 });
  });

  it('takes custom ids', async () => {
    expect((await ask('GET /v2/task/ENG-123/time?custom_task_ids=true&team_id=12345')).status).toBe(200);
    expect((await ask('GET /v2/task/ENG-123/time')).status).toBe(401);
  });
});

describe('the history of a time entry', () => {
  it('has a line for each field that changed, whichever way', async () => {
    const task = await newTask();
    const { id } = (await track(task, { start: NOW - 5000, end: NOW, time: 5000 })).body;
    const history = async () => (await ask(`GET /v2/team/12345/time_entries/${id}/history`)).body.data;
    expect(await history()).toEqual([]);
    await ask(`PUT /v2/team/12345/time_entries/${id}`, { tags: [], description: 'Later', billable: true });
    await ask(
      `PUT /v2/task/${task}/time/${id}`,
      { start: NOW - 5000, end: NOW - 1000, time: 4000 },
      'pk_sandbox_admin',
    );
    await ask('POST /v2/team/12345/time_entries/tags', { time_entry_ids: [id], tags: [LABEL] });
    expect(await history()).toMatchObject([
      { field: 'description', before: '', after: 'Later', date: String(NOW), user: { id: ANNA } },
      { field: 'billable', before: false, after: true },
      { field: 'end', before: String(NOW), after: String(NOW - 1000), user: { id: DAVID } },
      { field: 'tags', before: [], after: ['review'] },
    ]);
    expect((await ask(`GET /v2/team/12345/time_entries/${id}/history`, undefined, 'pk_sandbox_member')).status).toBe(
      403,
    );
  });
});

describe('labels of time entries', () => {
  const tagsOf = async (id: string) =>
    (await ask(`GET /v2/team/12345/time_entries/${id}`)).body.data.tags.map(({ name }: { name: string }) => name);

  it('are those that some entry carries', async () => {
    expect(await labels()).toEqual(['meeting', 'on call', 'pairing']);
  });

  it('come and go on several entries at once', async () => {
    const ids = (await entries()).slice(0, 2).map(({ id }: { id: string }) => id);
    const before = await Promise.all(ids.map(tagsOf));
    await ask('POST /v2/team/12345/time_entries/tags', { time_entry_ids: ids, tags: [LABEL, LABEL] });
    expect((await tagsOf(ids[0])).filter((name: string) => name === 'review')).toHaveLength(1);
    expect(
      (
        await ask('DELETE /v2/team/12345/time_entries/tags', {
          time_entry_ids: ids,
          tags: [{ name: 'review' }, { name: 'never' }],
        })
      ).body,
    ).toEqual({});
    expect(await Promise.all(ids.map(tagsOf))).toEqual(before);
    expect(await labels()).not.toContain('review');
  });

  it('touch nothing when one of the entries is refused', async () => {
    const [{ id }] = await entries();
    const body = { time_entry_ids: [id, '1'], tags: [LABEL] };
    expect((await ask('POST /v2/team/12345/time_entries/tags', body)).status).toBe(404);
    expect(
      (await ask('POST /v2/team/12345/time_entries/tags', { ...body, time_entry_ids: [id] }, 'pk_sandbox_member'))
        .status,
    ).toBe(403);
    expect(await labels()).not.toContain('review');
  });

  it('are renamed and recoloured everywhere', async () => {
    const change = (name: string) =>
      ask('PUT /v2/team/12345/time_entries/tags', { name, new_name: 'call', tag_fg: '#111111', tag_bg: '#222222' });
    expect((await change('meeting')).status).toBe(200);
    const { data } = (await ask('GET /v2/team/12345/time_entries/tags')).body;
    expect(data).toContainEqual({ name: 'call', creator: expect.any(Number), tag_fg: '#111111', tag_bg: '#222222' });
    expect(await labels()).not.toContain('meeting');
    expect((await change('never')).status).toBe(200);
    expect((await change('')).status).toBe(400);
  });

  it('stay inside of their Workspace', async () => {
    expect((await ask('GET /v2/team/67890/time_entries/tags')).status).toBe(401);
    expect((await ask('GET /v2/team/67890/time_entries/tags', undefined, 'pk_sandbox_other')).body.data).toEqual([]);
  });
});
