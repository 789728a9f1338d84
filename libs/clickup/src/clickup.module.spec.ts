import { CONFIG, loadConfig, LOGGER } from '#libs/core';
import { MemoryBudget } from '#libs/limits';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { json, MisbehavingServer } from '../../../test/support/misbehaving-server.js';
import { BUDGET, ClickUpModule } from './clickup.module.js';
import { credential } from './sending/credential.js';
import { GetAuthorizedUser } from './operations/index.js';
import { ClickUpTransport } from './sending/transport.js';

test('is configured from CONFIG and closes its connections on shutdown', async () => {
  const server = await new MisbehavingServer().listen();
  server.play(json({ user: { id: 7, username: 'Ada' } }));
  const config = loadConfig({ CLICKUP_API_URL: server.url, CLICKUP_RATE_LIMIT: '1' });
  class Configuration {}
  const providers = [
    { provide: CONFIG, useValue: config },
    { provide: LOGGER, useValue: pino({ enabled: false }) },
  ];
  Module({ providers, exports: [CONFIG, LOGGER] })(Configuration);
  Global()(Configuration);
  const app = await Test.createTestingModule({ imports: [Configuration, ClickUpModule] }).compile();
  const client = (transport: ClickUpTransport) =>
    transport.client({
      credential: credential('pk_1'),
      person: 'p',
      deadline: performance.now() + 5_000,
      priority: 'interactive',
    });
  try {
    const transport = app.get(ClickUpTransport);
    expect(app.get(BUDGET)).toBeInstanceOf(MemoryBudget);
    const ask = () => client(transport).call(GetAuthorizedUser, {});
    expect(await ask()).toEqual({ user: { id: 7, username: 'Ada' } });
    // One request per minute is configured, and the next would come after the deadline.
    await expect(ask()).rejects.toMatchObject({ code: 'clickup_rate_limit' });
    await app.close();
    await expect(
      transport.pools.of(false, false).request({ path: '/', method: 'GET', origin: server.url }),
    ).rejects.toThrow();
  } finally {
    await app.close();
    await server.close();
  }
});
