import { LargeAnswers } from './bulkheads/large-answers.js';
import { type Exchange } from './exchange.js';
import { type Plan } from './plan.js';
import { SharedAnswer } from './shared-answer.js';

const TASK = { id: '1', name: 'Prüfen', tags: [{ name: 'a' }] };

/** An answer that was accepted. @param body undefined = it had none */
function shared(body: string | undefined, { isLong = false, first }: { isLong?: boolean; first?: unknown } = {}) {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const exchange = { length: bytes?.length ?? 0, bytes: () => bytes, isLong, json: first };
  // A row whose answer may be empty.
  const plan = { accepted: (json: unknown) => ({ answer: json ?? {} }) };
  return new SharedAnswer(exchange as unknown as Exchange, plan as unknown as Plan, new LargeAnswers());
}

test.each([false, true])(
  'each caller gets the same, in a structure of its own; the first gets what was parsed already (long: %s)',
  async (isLong) => {
    const first = structuredClone(TASK);
    const answer = shared(JSON.stringify(TASK), { isLong, first });
    const copies = [answer.copy(), await answer.copy(), await answer.copy()] as (typeof TASK)[];
    expect(copies[0]).toBe(first);
    copies[0]!.tags.push({ name: 'hidden' });
    copies[1]!.name = 'changed';
    expect(copies[2]).toEqual(TASK);
    expect(new Set(copies).size).toBe(3);
    expect(new Set(copies.map(({ tags }) => tags)).size).toBe(3);
  },
);

test('it weighs what its text does, in bytes', () => {
  expect(shared('"ü"').bytes).toBe(4);
});

test.each([undefined, '', ' \n'])('an answer without content is an empty one for each (%j)', (body) => {
  const answer = shared(body, { first: {} });
  expect([answer.copy(), answer.copy(), answer.copy()]).toEqual([{}, {}, {}]);
});

test('a byte order mark is no part of the answer', () => {
  const answer = shared(`\ufeff${JSON.stringify(TASK)}`, { first: TASK });
  expect([answer.copy(), answer.copy()]).toEqual([TASK, TASK]);
});

test('what cannot be parsed in steps, because it is nested too deeply, is parsed at once as it was the first time', async () => {
  const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
  const answer = shared(deep, { isLong: true, first: JSON.parse(deep) });
  answer.copy();
  expect(JSON.stringify(await answer.copy())).toBe(deep);
});
