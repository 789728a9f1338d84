import { openAnswer, sealAnswer } from './sealed-answer.js';

const [ours, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

test('only the token opens it, and only with our key', () => {
  const sealed = sealAnswer(ours, 'token', 'a pair');
  expect(openAnswer(ours, 'token', sealed)).toBe('a pair');
  expect(openAnswer(ours, 'tokem', sealed)).toBeUndefined();
  expect(openAnswer(other, 'token', sealed)).toBeUndefined();
  expect(Buffer.from(sealed, 'base64url').includes('a pair')).toBe(false);
});

test('changed or cut anywhere it does not open', () => {
  const sealed = Buffer.from(sealAnswer(ours, 'token', 'a pair'), 'base64url');
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index]! ^= 1;
    expect(openAnswer(ours, 'token', changed.toString('base64url'))).toBeUndefined();
    expect(openAnswer(ours, 'token', sealed.subarray(0, index).toString('base64url'))).toBeUndefined();
  }
});
