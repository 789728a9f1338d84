import { type Handler } from '../call.js';

export const GetAccessToken: Handler = ({ world, body, now }) => ({
  access_token: world.oauth.exchange(body.client_id, body.client_secret, body.code, now),
});
