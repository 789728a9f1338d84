import { z } from 'zod';
import { operation } from '../../operation.js';
import { Secret } from '../../secrets.js';

export const GetAccessToken = operation({
  id: 'GetAccessToken',
  method: 'POST',
  path: '/api/v2/oauth/token',
  verb: 'create',
  // It handles secrets of an app and of people, which an agent that works on tasks has no need for.
  risk: 'admin',
  toolset: 'auth',
  summary: 'Exchanges the code of a finished sign-in for an access token, which does not expire.',
  body: z.strictObject({ client_id: z.string(), client_secret: z.string(), code: z.string() }),
  response: z.strictObject({ access_token: Secret }),
});
