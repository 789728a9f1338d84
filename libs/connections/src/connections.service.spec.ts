import { newGrantId } from './connections.service.js';

test('no id of a grant looks like a flag to the command that ends it', () => {
  const ids = Array.from({ length: 5000 }, newGrantId);
  expect(ids.filter((id) => id.startsWith('-'))).toEqual([]);
  expect(ids.filter((id) => !/^[\w-]{22}$/.test(id))).toEqual([]);
});
