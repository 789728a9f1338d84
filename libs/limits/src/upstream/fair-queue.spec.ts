import fc from 'fast-check';
import { FairQueue } from './fair-queue.js';

const item = fc.record({
  person: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom('interactive' as const, 'bulk' as const),
});
type Item = { person: string; priority: 'interactive' | 'bulk' };
const drain = (queue: FairQueue<Item>) => Array.from({ length: queue.size }, () => queue.shift()!);

test('persons take turns, whoever queued how much first', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 50; i += 1) queue.push({ person: 'a', priority: 'bulk' });
  for (let i = 0; i < 5; i += 1) queue.push({ person: 'b', priority: 'bulk' });
  expect(
    drain(queue)
      .slice(0, 10)
      .map(({ person }) => person)
      .join(''),
  ).toBe('ababababab');
});

test('interactive goes first, and bulk gets every fifth turn', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 40; i += 1) queue.push({ person: 'b', priority: 'bulk' });
  for (let i = 0; i < 40; i += 1) queue.push({ person: 'a', priority: 'interactive' });
  const order = drain(queue)
    .map(({ priority }) => (priority === 'bulk' ? 'b' : 'i'))
    .join('');
  expect(order).toBe('iiiib'.repeat(10) + 'b'.repeat(30));
});

test("nothing is lost, nothing comes twice, one person's wishes of a class keep their order, shares differ by at most one", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: item.map((add) => ({ add })) },
          { weight: 2, arbitrary: fc.constant({ shift: true as const }) },
          { weight: 1, arbitrary: fc.nat().map((remove) => ({ remove })) },
        ),
      ),
      (steps) => {
        const queue = new FairQueue<Item>();
        let model: Item[] = [];
        for (const step of steps) {
          if ('add' in step) {
            const added = { ...step.add };
            expect(queue.ahead(added)).toBe(
              model.filter(({ person, priority }) => person === added.person && priority === added.priority).length,
            );
            queue.push(added);
            model.push(added);
          } else if ('shift' in step) {
            const taken = queue.shift();
            expect(taken === undefined).toBe(model.length === 0);
            const same = model.filter(
              ({ person, priority }) => person === taken?.person && priority === taken?.priority,
            );
            if (taken) expect(same[0]).toBe(taken);
            model = model.filter((other) => other !== taken);
          } else if (model.length) {
            const removed = model[step.remove % model.length]!;
            expect(queue.remove(removed)).toBe(true);
            expect(queue.remove(removed)).toBe(false);
            model = model.filter((other) => other !== removed);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.interactive).toBe(model.filter(({ priority }) => priority === 'interactive').length);
          expect([...queue].sort(byIdentity)).toEqual([...model].sort(byIdentity));
        }
      },
    ),
  );
});

const byIdentity = (a: Item, b: Item) => `${a.person}${a.priority}`.localeCompare(`${b.person}${b.priority}`);

test('tells how many are served before a new one', () => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), fc.nat(20), item, (items, served, added) => {
      const queue = new FairQueue<Item>();
      items.forEach((each) => queue.push({ ...each }));
      for (let i = 0; i < served; i += 1) queue.shift();
      const told = queue.before(added);
      const mine = { ...added };
      queue.push(mine);
      expect(drain(queue).indexOf(mine)).toBe(told);
    }),
  );
});
