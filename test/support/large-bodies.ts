/** JSON-RPC bodies of up to 4 MiB that were made to be slow to read, to judge or to refuse. */
const LIMIT = (4 << 20) - 512;

const call = (args: string, name = 'create_task', meta = '{}') =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${args},"_meta":${meta}}}`;
const rpc = (method: string, params: string) => `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`;
const times = (piece: string, bytes = LIMIT - 512) => piece.repeat(Math.floor(bytes / piece.length));
const listed = (piece: string, bytes?: number) => times(`${piece},`, bytes).slice(0, -1);
const keys = (value: string, bytes = LIMIT - 512, name = (index: number) => `k${index}`) => {
  const members: string[] = [];
  for (let index = 0, length = 0; length < bytes; index += 1) {
    const member = `"${name(index)}":${value}`;
    if ((length += member.length + 1) >= bytes) break;
    members.push(member);
  }
  return members.join(',');
};
const many = (count: number) => Array.from({ length: count }, (_, index) => `"k${index}":"v"`).join(',');
const manyTasks = (values: number) =>
  Array.from({ length: values / 3 }, () => '{"name":"a","priority":"low"}').join(',');
const deep = (levels: number, piece = '1') => '['.repeat(levels) + piece + ']'.repeat(levels);
const TOKEN = '{"progressToken":1}';
const LIST = '"list_id":"90144360426"';

/** Each body, by what is special about it. */
export const LARGE_BODIES: Readonly<Record<string, () => string>> = {
  'one long text': () => call(`{${LIST},"name":"a","description":"${times('words of a text ')}"}`),
  'a long text of escapes': () => call(`{${LIST},"name":"a","description":"${times('\\u0041\\n')}"}`),
  'a long name of a tool': () => call('{}', times('a')),
  'a number of many digits': () => call(`{${LIST},"name":"a","priority":${times('9')}}`),
  'unknown arguments': () => call(`{${keys('0')}}`),
  'unknown arguments, one of the keys an integer': () => call(`{${keys('0', undefined, String)}}`),
  'unknown arguments by way of the SDK': () => call(`{${keys('0')}}`, 'create_task', TOKEN),
  'keys in an argument': () => call(`{${LIST},"name":"a","custom_fields":{${keys('0')}}}`),
  'numbers in an argument': () => call(`{${LIST},"name":"a","tags":[${listed('1')}]}`),
  'texts in an argument': () => call(`{${LIST},"name":"a","assignees":[${listed('"a"')}]}`),
  'empty objects in an argument': () => call(`{"tasks":[${listed('{}')}]}`, 'bulk_create_tasks'),
  'tasks in an argument': () => call(`{${LIST},"tasks":[${listed('{"name":"a"}')}]}`, 'bulk_create_tasks'),
  'numbers by way of the SDK': () => call(`{${LIST},"name":"a","tags":[${listed('1')}]}`, 'create_task', TOKEN),
  'lists in lists, wide': () => call(`{"tags":[${listed(deep(50))}]}`),
  'a body of an operation': () => call(`{"operation":"UpdateTask","body":{${keys('"v"')}}}`, 'call_write_operation'),
  'keys in _meta': () => call('{}', 'get_workspace_hierarchy', `{${keys('0')}}`),
  'keys in the message': () => `{"jsonrpc":"2.0","id":1,"method":"tools/list",${keys('0')}}`,
  'keys in capabilities': () =>
    rpc(
      'initialize',
      `{"protocolVersion":"2025-11-25","clientInfo":{"name":"a","version":"1"},"capabilities":{"experimental":{${keys('{}')}}}}`,
    ),
  'arguments of a prompt': () => rpc('prompts/get', `{"name":"standup","arguments":{${keys('"v"')}}}`),
  'an unknown method': () => rpc('no/such', `{${keys('0')}}`),
  'a long URI': () => rpc('resources/read', `{"uri":"clickup://${times('a/')}"}`),
  'a long value to complete': () =>
    rpc(
      'completion/complete',
      `{"ref":{"type":"ref/prompt","name":"standup"},"argument":{"name":"list","value":"${times('ab ')}"}}`,
    ),
  'a batch of numbers': () => `[${listed('1')}]`,
  'a batch of empty objects': () => `[${listed('{}')}]`,
  'a batch of pings': () => `[${listed('{"jsonrpc":"2.0","id":1,"method":"ping"}')}]`,
  'a batch of fifty large calls': () =>
    `[${Array.from({ length: 50 }, (_, id) => call(`{${keys('0', 80_000)}}`).replace('"id":1', `"id":${id}`)).join(',')}]`,
  'deeper than allowed': () => deep(LIMIT / 2 - 1),
  'deeper than allowed, in an argument': () => call(`{"a":${deep(LIMIT / 2 - 300)}}`),
  'deeper than allowed, after much else': () => `[${listed('[]', LIMIT - 1000)},${deep(70)}]`,
  'spaces only': () => times(' '),
  'no end': () => `{"a":[${listed('1')}`,
  'no end of a text': () => `{"a":"${times('a')}`,
  'broken at its end': () => `[${listed('1')},]`,
  'poison at its end': () => `[${listed('{"a":1}')},{"__proto__":{}}]`,
  'near poison': () => call(`{"tags":[${listed('"__proto__"')}]}`),
  'JSON in a text': () => call(`{${LIST},"tasks":"[${listed('1')}]"}`, 'bulk_create_tasks'),
  'a text of quotes': () => call(`{${LIST},"name":"a","description":"${times('\\"')}"}`),
  'as many unknown arguments as may be': () => call(`{${many(990)}}`),
  'as many by way of the SDK': () => call(`{${many(990)}}`, 'create_task', TOKEN),
  'as many values as may be': () => call(`{"tasks":[${manyTasks(19_000)}]}`, 'bulk_create_tasks'),
  'as many values by way of the SDK': () => call(`{"tasks":[${manyTasks(19_000)}]}`, 'bulk_create_tasks', TOKEN),
  'as many keys in capabilities as may be': () =>
    rpc(
      'initialize',
      `{"protocolVersion":"2025-11-25","clientInfo":{"name":"a","version":"1"},"capabilities":{"experimental":{${Array.from({ length: 19 }, (_, index) => `"e${index}":{${many(990)}}`).join(',')}}}}`,
    ),
  'as many keys for an unknown method as may be': () =>
    rpc('no/such', `{${Array.from({ length: 19 }, (_, index) => `"e${index}":{${many(990)}}`).join(',')}}`),
  'as many arguments of a prompt as may be': () => rpc('prompts/get', `{"name":"standup","arguments":{${many(990)}}}`),
  'fifty calls with as much as may be': () =>
    `[${Array.from({ length: 50 }, (_, id) => call(`{${many(380)}}`).replace('"id":1', `"id":${id}`)).join(',')}]`,
  'as deep and as wide as may be': () => call(`{"tags":[${Array.from({ length: 340 }, () => deep(56)).join(',')}]}`),
  'one key again and again': () => call(`{${listed('"a":1')}}`),
};
