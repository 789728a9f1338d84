// A stand-in for ClickUp that treats tokens as their names say: hang, bad (502), page (9 MB); all others are answered after 100 ms.
import { createServer, type ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const LATENCY_MS = 100;
const PIECE_BYTES = 64 * 1024;
const user = { user: { id: 1, username: 'Ann', email: 'ann@example.com', week_start_day: 0, timezone: 'UTC' } };
const small = JSON.stringify(user);
/** As a page of a hundred tasks with many Custom Fields. */
const page = Buffer.from(
  JSON.stringify({
    tasks: Array.from({ length: 100 }, (_, task) => ({
      id: `86d${task}`,
      name: `Task ${task}`,
      status: { status: 'open', type: 'open', color: '#87909e', orderindex: 0 },
      creator: { id: 1, username: 'Ann', email: 'ann@example.com' },
      assignees: [],
      watchers: [],
      checklists: [],
      tags: [],
      dependencies: [],
      linked_tasks: [],
      team_id: '12345',
      list: { id: '1', name: 'Sprint' },
      folder: { id: '2', name: 'Team' },
      space: { id: '3' },
      custom_fields: Array.from({ length: 300 }, (_, field) => ({
        id: `field-${field}`,
        name: `Field ${field}`,
        type: 'drop_down',
        type_config: {
          options: Array.from({ length: 4 }, (_, option) => ({ id: `o${option}`, name: `Option ${option}` })),
        },
        value: `value ${task} ${field} `.repeat(5),
      })),
    })),
  }),
);

let lastTurn: Promise<unknown> = Promise.resolve();
/**
 * Each piece has a turn of the event loop to itself: two hundred pages written at once would hold up the answers to everybody else, here
 * and not in what is measured.
 */
async function sendPage(response: ServerResponse): Promise<void> {
  for (let at = 0; at < page.length && !response.destroyed; at += PIECE_BYTES) {
    await (lastTurn = lastTurn.then(() => nextTurn()));
    if (!response.write(page.subarray(at, at + PIECE_BYTES)))
      // Whoever left is not waited for: then nothing refers to this any more.
      await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
}

createServer((request, response) => {
  const token = request.headers.authorization ?? '';
  if (token.startsWith('pk_hang')) return;
  if (token.startsWith('pk_bad'))
    return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
  if (request.url === '/health') return void response.end('{}');
  const isPage = token.startsWith('pk_page');
  const head = {
    'content-type': 'application/json',
    'content-length': isPage ? page.length : Buffer.byteLength(small),
  };
  void sleep(LATENCY_MS).then(() => {
    response.writeHead(200, head);
    if (isPage) void sendPage(response);
    else response.end(small);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
