import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Answer, rowsOf, textOf } from '../test/support/requests.js';
import { BenchGateway } from './bench-gateway.js';

interface Measured {
  what: string;
  tokens: number;
  target: number;
}

/** What tools and answers cost a model, in o200k_base tokens. */
export async function tokens(): Promise<boolean> {
  const gateway = await BenchGateway.start();
  try {
    const measured = await measure(gateway);
    console.table(
      Object.fromEntries(
        measured.map(({ what, tokens: count, target }) => [
          what,
          { tokens: count, target: `≤ ${target}`, held: count <= target },
        ]),
      ),
    );
    return measured.every(({ tokens: count, target }) => count <= target);
  } finally {
    await gateway.stop();
  }
}

async function measure(gateway: BenchGateway): Promise<Measured[]> {
  const { tools = [] } = await gateway.request('tools/list');
  const shown = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const readOnly = shown.filter((_, index) => tools[index]?.annotations.readOnlyHint);
  const page = await gateway.call('find_tasks', {});
  const rows = rowsOf(page);
  const task = await gateway.call('get_task', { task_id: rows[0]?.ref });
  const tree = await gateway.call('get_workspace_hierarchy', {});
  return [
    { what: `tools/list, ${tools.length} tools`, tokens: countTokens(JSON.stringify(shown)), target: 3800 },
    {
      what: `tools/list, ${readOnly.length} read-only tools`,
      tokens: countTokens(JSON.stringify(readOnly)),
      target: 1600,
    },
    { what: 'tools/list with output schemas', tokens: countTokens(JSON.stringify(tools)), target: 8000 },
    { what: 'one task', tokens: cost(task), target: 250 },
    { what: `${rows.length} tasks`, tokens: cost(page), target: 2700 },
    { what: 'tree of 6 Spaces, 18 Folders, 60 Lists', tokens: cost(tree), target: 700 },
  ];
}

/** What an answer costs a model: hosts show it the text or the structured content. */
export const cost = (answer: Answer): number =>
  Math.max(countTokens(textOf(answer)), countTokens(JSON.stringify(answer.structuredContent ?? {})));
