// A stand-in for ClickUp that treats tokens as their names say: hang, bad (502), page (9 MB); all others are answered after 100 ms.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const LATENCY_MS = 100;
const user = { user: { id: 1, username: 'Ann', email: 'ann@example.com', week_start_day: 0, timezone: 'UTC' } };
const small = JSON.stringify(user);
/** As a page of a hundred tasks with many Custom Fields. */
const page = Buffer.from(
  JSON.stringify({
    ...user,
    tasks: Array.from({ length: 100 }, (_, task) => ({
      id: `86d${task}`,
      name: `Task ${task}`,
      custom_fields: Array.from({ length: 260 }, (_, field) => ({
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

createServer((request, response) => {
  const token = request.headers.authorization ?? '';
  if (token.startsWith('pk_hang')) return;
  if (token.startsWith('pk_bad'))
    return void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>');
  const body = token.startsWith('pk_page') ? page : small;
  const head = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  if (request.url === '/health') return void response.end('{}');
  void sleep(LATENCY_MS).then(() => response.writeHead(200, head).end(body));
}).listen(Number(process.env.PORT), '127.0.0.1');
