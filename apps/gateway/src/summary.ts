import { type Config, MASTER_KEY } from '#libs/core';
import { SERVER_INFO } from '#libs/mcp';
import { PublicUrl } from '#libs/web';
import { type Logger } from 'pino';
import { type ClickUpState, clickUpState } from './clickup-check.js';
import { type Gateway } from './gateway.js';
import { isForPeople } from './logging.js';

/** ClickUp has so long to say whose token it is. The gateway serves meanwhile. */
const ASK_MS = 5000;

/** What an operator wants to know after a start, one fact a field. No secrets: keys are counted. */
function facts({ app, database }: Gateway, config: Config, state: ClickUpState) {
  const url = app.get(PublicUrl);
  const configured = app.get<Buffer | undefined>(MASTER_KEY) !== undefined;
  const keys = new Set([config.MCP_API_KEY, ...config.MCP_API_KEYS].filter(Boolean)).size;
  const may = config.MCP_API_KEY_WRITE_MODE === 'write' && config.WRITE_MODE !== 'read' ? 'write' : 'read';
  const where = may === 'write' && config.WRITE_MODE === 'selective' ? 'write in the places of WRITE_ALLOWED_*' : may;
  const personal = config.API_KEY_MODE === 'user_bound';
  return {
    mcp: url.mcp,
    startPage: `${url.base}/`,
    clickup: `${state.words}${state.fix ? `. ${state.fix}` : ''}`,
    globalKeys: keys === 0 ? 'none' : personal ? `${keys}, refused (API_KEY_MODE=user_bound)` : `${keys}, may ${where}`,
    oauth: `on; clients ${config.DCR_ENABLED ? 'register themselves' : 'cannot register (DCR_ENABLED)'}`,
    database,
    version: SERVER_INFO.version,
    ...(configured
      ? {}
      : {
          unconfigured: 'set MASTER_KEY (make one with: openssl rand -hex 32) and restart; until then nobody gets in',
        }),
  };
}

const LABELS: Readonly<Record<keyof ReturnType<typeof facts>, string>> = {
  mcp: 'Give to clients',
  startPage: 'Start page',
  clickup: 'ClickUp',
  globalKeys: 'Global keys',
  oauth: 'OAuth',
  database: 'Database',
  version: 'Version',
  unconfigured: 'UNCONFIGURED',
};

/** Says once what was started: lines for people where the log is for them, otherwise one line of it. A token that ClickUp refuses makes it a warning. */
export async function summarise(gateway: Gateway, config: Config, log: Logger): Promise<void> {
  const state = await clickUpState(config, ASK_MS);
  const found = facts(gateway, config, state);
  if (isForPeople(config)) {
    const lines = Object.entries(found).map(([fact, words]) => `  ${LABELS[fact as 'mcp'].padEnd(16)} ${words}`);
    return console.log(`\nClickUp MCP Gateway\n${lines.join('\n')}\n`);
  }
  log[state.fix || found.unconfigured ? 'warn' : 'info'](found, 'started');
}
