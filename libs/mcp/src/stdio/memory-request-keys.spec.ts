import { MemoryRequestKeys } from './memory-request-keys.js';

const ME = { id: 'me' };
const atOnce = (work: () => void) => work();

test('an item is begun once, and a repeated call finds what was made', async () => {
  const keys = new MemoryRequestKeys();
  const first = keys.ledger(ME, 'bulk_create_tasks', atOnce);
  expect(await first.begin('k', 0, 'digest')).toBe(true);
  const beside = keys.ledger(ME, 'bulk_create_tasks', atOnce);
  expect(await beside.begin('k', 0, 'digest')).toBe(false);
  expect((await beside.read('k')).get(0)).toMatchObject({ digest: 'digest', busy: true });
  await first.made('k', 0, { id: '1', ref: 'ENG-1' });
  first.release();
  expect((await beside.read('k')).get(0)).toMatchObject({ busy: false, made: { id: '1', ref: 'ENG-1' } });
});

test('what was certainly not made may be begun anew, what nobody knows may not', async () => {
  const ledger = new MemoryRequestKeys().ledger(ME, 'tool', atOnce);
  await ledger.begin('k', 0, 'a');
  await ledger.begin('k', 1, 'b');
  await ledger.forget('k', 0);
  await ledger.unknown('k', 1);
  expect([await ledger.begin('k', 0, 'a'), await ledger.begin('k', 1, 'b')]).toEqual([true, false]);
});

test('a key is forgotten once its caller has its answer, and no sooner; keys of other tools and callers are others', async () => {
  const keys = new MemoryRequestKeys();
  const delivered: (() => void)[] = [];
  const ledger = keys.ledger(ME, 'tool', (work) => void delivered.push(work));
  await ledger.begin('k', 0, 'a');
  ledger.close('k');
  expect((await ledger.read('k')).size).toBe(1);
  expect((await keys.ledger(ME, 'other', atOnce).read('k')).size).toBe(0);
  expect((await keys.ledger({ id: 'other' }, 'tool', atOnce).read('k')).size).toBe(0);
  for (const work of delivered) work();
  expect((await ledger.read('k')).size).toBe(0);
});
