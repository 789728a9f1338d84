// Connects a client as a person would, from outside and with nothing but Node: registers, goes to /authorize, fills in
// the pages, receives the code at a loopback address, exchanges it, lists and calls tools, and ends the session.
//
//   node test/support/walk.mjs http://localhost:3011 [ClickUp key]
//
// Without a key it takes the owner's of the ClickUp sandbox, so it can only work before one. Ends with status 0 when
// everything went as it should; anything else is an assertion that says what did not.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const [, , gateway, clickupKey = 'pk_sandbox_owner'] = process.argv;
assert.ok(gateway && URL.canParse(gateway), 'usage: walk.mjs URL [ClickUp key]');

/** A browser without scripts: keeps cookies, follows redirects when told, sends forms with what the page put into them. */
const cookies = new Map();
async function open(url, form) {
  const answer = await fetch(new URL(url, gateway), {
    method: form ? 'POST' : 'GET',
    redirect: 'manual',
    body: form && new URLSearchParams(form),
    headers: { accept: 'text/html', cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
  });
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
    if (value) cookies.set(name, value);
    else cookies.delete(name);
  }
  const html = await answer.text();
  const location = answer.headers.get('location');
  if (!location) assert.equal(answer.status, 200, `${url}: ${html.match(/<h1>(.*?)<\/h1>/s)?.[1] ?? html}`);
  return {
    html,
    location,
    hidden: Object.fromEntries(
      [...html.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ),
  };
}

async function json(path, init) {
  const answer = await fetch(new URL(path, gateway), init);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text && JSON.parse(text) };
}

async function rpc(url, token, method, params = {}) {
  const { status, headers, body } = await json(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  return { status, headers, result: body.result };
}

// Where the client waits for the code.
const callback = createServer((_request, response) => response.end('You can close this window.')).listen(
  0,
  '127.0.0.1',
);
await once(callback, 'listening');
const redirect_uri = `http://127.0.0.1:${callback.address().port}/callback`;

try {
  // The client starts with /mcp and finds the rest (RFC 9728, RFC 8414).
  const challenge = (await rpc('/mcp', undefined, 'tools/list')).headers.get('www-authenticate');
  const metadata = /resource_metadata="([^"]+)"/.exec(challenge)[1];
  const { resource, authorization_servers } = (await json(metadata)).body;
  const server = (await json(`${authorization_servers[0]}/.well-known/oauth-authorization-server`)).body;
  const registered = await json(server.registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Walk',
      redirect_uris: [redirect_uri],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    }),
  });
  assert.equal(registered.status, 201, JSON.stringify(registered.body));
  const { client_id } = registered.body;

  const [code_verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(8).toString('hex')];
  const request = {
    response_type: 'code',
    client_id,
    redirect_uri,
    state,
    resource,
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };

  // The person: the first page, its style and script, the ClickUp key, what may be done.
  const begun = await open(`${server.authorization_endpoint}?${new URLSearchParams(request)}`);
  const consent = new URL(begun.location, gateway).pathname;
  const first = await open(consent);
  assert.match(first.html, /<h1>An app wants to work in ClickUp for you/);
  const assets = [...first.html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
  assert.ok(assets.length >= 3, 'the page has no style, script and icon');
  for (const asset of assets) assert.equal((await fetch(new URL(asset, gateway))).status, 200, asset);
  const shown = await open(`${consent}/credential`, { ...first.hidden, clickup_key: clickupKey });
  assert.ok(
    shown.location,
    `the ClickUp key was not accepted: ${shown.html.match(/role="alert".*?<p>(.*?)<\/p>/s)?.[1]}`,
  );
  const access = await open(shown.location);
  const decided = await open(`${consent}/grant`, { ...access.hidden, mode: 'read' });

  // Back at the client, by redirects.
  const waiting = once(callback, 'request');
  let next = decided.location;
  while (!next.startsWith(redirect_uri)) next = (await open(next)).location;
  await fetch(next);
  const [{ url }] = await waiting;
  const answer = new URL(url, redirect_uri).searchParams;
  assert.deepEqual([answer.get('state'), answer.get('iss')], [state, server.issuer]);

  const { status, body: tokens } = await json(server.token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: answer.get('code'),
      redirect_uri,
      client_id,
      code_verifier,
      resource,
    }),
  });
  assert.equal(status, 200, JSON.stringify(tokens));
  assert.deepEqual([tokens.token_type, tokens.scope.split(' ').includes('write')], ['Bearer', false]);

  const { result: listed } = await rpc(resource, tokens.access_token, 'tools/list');
  const names = listed.tools.map(({ name }) => name);
  assert.ok(
    names.includes('get_workspace_hierarchy') && !names.includes('create_task'),
    `a reader is offered ${names}`,
  );
  const { result: called } = await rpc(resource, tokens.access_token, 'tools/call', {
    name: 'get_workspace_hierarchy',
    arguments: {},
  });
  assert.equal(called.isError, false, JSON.stringify(called));

  const revoked = await json(server.revocation_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ token: tokens.refresh_token, client_id }),
  });
  assert.equal(revoked.status, 200);
  assert.equal((await rpc(resource, tokens.access_token, 'tools/list')).status, 401, 'a revoked session still works');
  console.log(`   registered, consented on the pages, ${names.length} tools, a tool call, revoked`);
} finally {
  callback.close();
}
