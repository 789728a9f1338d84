import { StoredDocuments } from './stored-documents.js';

const [HOUR, DAY] = [3600, 24 * 3600];
let now = 0;
beforeEach(() => (now = 1000));

/** What the database has, as `Artifacts` tells of it. */
function database() {
  const rows = new Map<string, { document: object; end: number }>();
  const stored: string[] = [];
  return {
    rows,
    stored,
    find: (_model: string, id: string) => {
      const row = rows.get(id);
      return Promise.resolve(
        row && row.end > now
          ? { document: row.document, exp: Math.floor(Date.now() / 1000) + row.end - now }
          : undefined,
      );
    },
    store: (_model: string, id: string, payload: object, seconds: number) => {
      stored.push(id);
      rows.set(id, { document: (payload as { document: object }).document, end: now + seconds });
      return Promise.resolve();
    },
    destroy: (_model: string, id: string) => Promise.resolve(void rows.delete(id)),
  };
}
const over = (artifacts: ReturnType<typeof database>) => new StoredDocuments(artifacts, () => now);

test('a copy lives for seven days, and says how old it is', async () => {
  const kept = over(database());
  kept.keep('a', { it: 1 });
  now += 7 * DAY - 1;
  expect(await kept.find('a')).toEqual({ document: { it: 1 }, ageSeconds: 7 * DAY - 1 });
  now += 1;
  expect(await kept.find('a')).toBeUndefined();
});

test('what was not given tokens is in memory only; what was, another replica has too, and it is not older than it is', async () => {
  const shared = database();
  const kept = over(shared);
  for (const id of ['asked', 'granted']) kept.keep(id, { id });
  now += HOUR;
  await kept.store('granted');
  await kept.store('nobody');
  expect(shared.stored).toEqual(['granted']);
  now += 2 * HOUR;
  const found = await over(shared).find('granted');
  expect(found?.document).toEqual({ id: 'granted' });
  expect(Math.abs(found!.ageSeconds - 3 * HOUR)).toBeLessThan(2);
  expect(await over(shared).find('asked')).toBeUndefined();
  now += 7 * DAY - 3 * HOUR;
  expect(await over(shared).find('granted')).toBeUndefined();
});

test('the stored copy is renewed every six hours at most', async () => {
  const shared = database();
  const kept = over(shared);
  for (let minutes = 0; minutes < 24 * 60; minutes += 10) {
    kept.keep('a', { minutes });
    await kept.store('a');
    await kept.store('a');
    now += 600;
  }
  expect(shared.stored).toHaveLength(4);
});

test('what is forgotten is nowhere', async () => {
  const shared = database();
  const kept = over(shared);
  kept.keep('a', {});
  await kept.store('a');
  await kept.forget('a');
  expect(await kept.find('a')).toBeUndefined();
  expect(await over(shared).find('a')).toBeUndefined();
});

test('memory is bounded: the oldest copy goes', async () => {
  const kept = over(database());
  for (let index = 0; index < 2000; index += 1) kept.keep(`${index}`, {});
  expect(await kept.find('1499')).toBeUndefined();
  expect(await kept.find('1500')).toBeDefined();
});
