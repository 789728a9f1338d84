import { fakeContext } from '../../../../test/support/tool-context.js';
import { confirmChange } from './confirm-change.js';

test('a token under which nothing waits is refused with what to do', async () => {
  await expect(confirmChange.handler({ confirm_token: 'x' }, fakeContext())).rejects.toMatchObject({
    code: 'invalid_parameters',
    message: expect.stringMatching(/Nothing was changed; make the call again/),
  });
});
