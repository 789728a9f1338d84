import { loadConfig } from '#libs/core';
import { once } from 'node:events';
import { type Flags } from '../commands.js';
import { listTools } from '../demo/answer.js';
import { clients } from '../demo/clients.js';
import { Printer } from '../demo/print.js';
import { CLICKUP_KEY, type DoorName, setUp, type Stage } from '../demo/stage.js';
import { STEPS } from '../demo/steps.js';
import { tour } from '../demo/tour.js';

/** The exit status that shells give a program ended by SIGINT: 128 + 2. */
const INTERRUPTED_EXIT_CODE = 130;

/** The whole product on one machine with nothing configured: a real client works in a ClickUp Workspace that exists only here. */
export async function run({ exit }: Flags): Promise<number> {
  const print = new Printer(process.stdout);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  print.title('ClickUp MCP Gateway: demo');
  print.note('Starting PostgreSQL, a ClickUp sandbox and the gateway. Nothing leaves this machine.');
  const stage = await setUp(loadConfig());
  try {
    await introduce(stage, print);
    const failed = await tour(STEPS, stage, print, interrupt.signal);
    if (interrupt.signal.aborted) return INTERRUPTED_EXIT_CODE;
    if (!exit) {
      invite(stage, print);
      await once(interrupt.signal, 'abort');
    }
    return failed > 0 ? 1 : 0;
  } finally {
    await stage.close();
  }
}

const SHOWN: Readonly<Record<DoorName, string>> = {
  write: 'a key that writes',
  read: 'a read-only key',
  oauth: 'OAuth (registered, consented on the page with a ClickUp key, code exchanged)',
};

async function introduce({ doors }: Stage, print: Printer): Promise<void> {
  for (const [name, { client, url }] of Object.entries(doors)) {
    const { count, tokens } = await listTools(client);
    print.line(
      `A client connects to ${url} with ${SHOWN[name as DoorName]}: MCP ${client.getNegotiatedProtocolVersion()}, ${count} tools, ${tokens} tokens.`,
    );
  }
}

function invite({ doors: { write, read } }: Stage, print: Printer): void {
  print.title('Now with your own client');
  print.line(`URL        ${write.url}\nKey        ${write.key}`);
  print.line(`Read-only  ${read.url}\nKey        ${read.key}`);
  for (const { name, text } of clients(write)) {
    print.title(name);
    print.line(text);
  }
  print.title('Any client that knows OAuth');
  print.line(
    `Give it ${write.url} and no key: the browser opens the consent page, where the ClickUp key ${CLICKUP_KEY} is accepted.`,
  );
  print.note(
    'ChatGPT and the Claude apps do the same, but need an https URL that they can reach: docs/clients/tunnel.md.',
  );
  print.note("\nRunning until Ctrl-C. Keys and the sandbox's data are new on each start.");
}
