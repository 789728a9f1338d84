import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { CLIENTS, type TestClient } from '../support/clients.js';

let app: TestApp;
let client: TestClient;
beforeAll(async () => {
  app = await startTestApp();
  client = await CLIENTS[0]![1](app.url, WRITE_KEY);
});
afterAll(async () => {
  await client?.close();
  await app?.close();
});
beforeEach(() => app.sandbox.reset());

const ok = async (name: string, args: Record<string, unknown>) => {
  const answer = await client.call(name, args);
  expect(answer).toMatchObject({ isError: false });
  return answer;
};
const writes = () => app.sandbox.requests().filter(({ method }) => method !== 'GET').length;
const fault = (operation: string, kind: string) =>
  app.sandbox.configure({ faults: [{ operation, times: 1, kind }] } as never);
const text = async (doc: string) => (await ok('fetch', { id: `doc:${doc}` })).structured.text as string;

describe('Docs', () => {
  test('meeting notes as a Doc in Engineering, then a decision appended, then read', async () => {
    const made = await ok('write_doc', {
      doc: 'Minutes',
      mode: 'create',
      within: 'Engineering',
      text: '# Notes\n\n- one',
    });
    expect(made.structured.applied).toEqual(['created: Doc "Minutes" in Engineering', 'characters: 0 → 14']);
    const added = await ok('write_doc', { doc: 'minutes', mode: 'append', text: 'Decided: **yes**.' });
    expect(added.structured).toMatchObject({ applied: ['characters: 14 → 33'] });
    expect(await text(made.structured.url as string)).toBe('# Notes\n\n- one\n\nDecided: **yes**.');
    const before = writes();
    const again = await client.call('write_doc', { doc: 'Minutes', mode: 'create', within: 'Engineering', text: 'x' });
    expect([again.isError, again.text, writes()]).toEqual([true, expect.stringContaining('already'), before]);
  });

  test('what ClickUp does not keep is named, and a Doc of several pages wants one named', async () => {
    const lossy = await ok('write_doc', { doc: 'API guidelines', mode: 'append', text: 'A <blink>note</blink>' });
    expect(lossy.structured.not_applied).toEqual([expect.objectContaining({ is: 'without blink' })]);
    const before = writes();
    const unclear = await client.call('write_doc', { doc: 'Q4 Architecture', mode: 'append', text: 'x' });
    expect([unclear.isError, writes()]).toEqual([true, before]);
    for (const page of ['Overview', 'Event bus', 'Rollback plan']) expect(unclear.text).toContain(page);
  });

  test('a text is replaced after a preview only', async () => {
    const before = writes();
    const { structured } = await ok('write_doc', { doc: 'Brand voice', mode: 'replace', text: 'Loud.' });
    expect([structured.preview.current.begins, writes()]).toEqual(['Plain, friendly, short.', before]);
    await ok('confirm_change', { confirm_token: structured.confirm_token });
    expect(await text('Brand voice')).toBe('Loud.');
  });

  test.each([
    ['createPagePublic', 'reset_before'],
    ['createPagePublic', 'reset_after'],
  ])(
    'when %s ends with %s, the answer says that the Doc was made and what is not known of its text',
    async (row, kind) => {
      fault(row, kind);
      const { structured, text: said } = await ok('write_doc', { doc: 'Half', mode: 'create', text: 'Text' });
      expect(said).toMatch(/^Written/);
      expect(structured).toMatchObject({ applied: [expect.stringContaining('Half')] });
      // Either it was found out that the page is there, or the answer does not claim to know.
      if (structured.not_applied) expect(structured.not_applied[0].is).toMatch(/^(none|unknown)/);
      else expect(await text('Half')).toBe('Text');
    },
  );

  test('an answer to an append that gets lost: the page tells', async () => {
    fault('editPagePublic', 'reset_after');
    const { structured } = await ok('write_doc', { doc: 'Brand voice', mode: 'append', text: 'Warm.' });
    expect(structured).toMatchObject({ applied: ['characters: 23 → 30'] });
    expect(await text('Brand voice')).toBe('Plain, friendly, short.\n\nWarm.');
  });
});

describe('goals', () => {
  test('progress with a note, in three requests', async () => {
    await ok('update_goal', { goal: 'Reduce Churn', description: 'warm' });
    const before = app.sandbox.requests().length;
    const { structured } = await ok('update_goal', {
      goal: 'reduce churn',
      key_result: 'Monthly churn',
      current: 3,
      note: 'Onboarding helps.',
    });
    expect(structured.applied).toEqual([
      'Monthly churn: 4 % → 3 %',
      'percent of Monthly churn: 33 % → 66 %',
      'note: Onboarding helps.',
      expect.stringMatching(/^progress: \d+ % → \d+ %$/),
    ]);
    // The goal is known by name from the call before, unless that made the gateway forget its list.
    expect(app.sandbox.requests().length - before).toBeLessThanOrEqual(4);
    const again = await ok('update_goal', { goal: 'Reduce Churn', key_result: 'Monthly churn', current: 3 });
    expect(again.text).toMatch(/^Unchanged/);
  });

  test('a second request that fails does not hide the first', async () => {
    app.sandbox.configure({ faults: [{ operation: 'UpdateGoal', times: 10, kind: 'status', status: 400 }] } as never);
    const { structured } = await ok('update_goal', {
      goal: 'Reduce Churn',
      key_result: 'Monthly churn',
      current: 3,
      description: 'new',
    });
    expect(structured.applied).toContain('Monthly churn: 4 % → 3 %');
    expect(structured.not_applied).toEqual([
      expect.objectContaining({ field: 'description', why: expect.any(String) }),
    ]);
  });

  test('a new goal with a key result, which goes only after a preview', async () => {
    const { structured: made } = await ok('create_goal', {
      name: 'Win',
      due_date: '2027-03-31',
      owners: ['me', 'Sarah Chen'],
    });
    expect(made).toMatchObject({ due: '2027-03-31', owners: 'Anna Fischer, Sarah Chen' });
    const saved = await ok('save_key_result', { goal: 'Win', name: 'Interviews', end: 30 });
    expect(saved.structured.applied).toContain('end: none → 30');
    const changed = await ok('save_key_result', {
      goal: 'Win',
      key_result: 'Interviews',
      end: 20,
      lists: ['Engineering / Backend / Sprint 42'],
    });
    expect(changed.structured.applied).toEqual(expect.arrayContaining(['end: 30 → 20']));
    const { structured } = await ok('save_key_result', { goal: 'Win', key_result: 'Interviews', remove: true });
    const before = writes();
    expect(structured.preview.summary).toContain('Interviews');
    await ok('confirm_change', { confirm_token: structured.confirm_token });
    expect(writes()).toBe(before + 1);
    expect((await client.call('update_goal', { goal: 'Win', current: 1 })).text).toContain('none yet');
  });
});
