import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { type Answer, BenchGateway } from './bench-gateway.js';

interface Measured {
  what: string;
  tokens: number;
  target: number;
}

/** What tools and answers cost a model, in o200k_base tokens: an answer counts as the larger of its text and its structured content. */
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
  const readOnly = tools
    .filter(({ annotations }) => annotations.readOnlyHint)
    .map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const page = await gateway.call('find_tasks', {});
  const [first] = page.structuredContent?.rows ?? [];
  const task = await gateway.call('get_task', { task_id: first?.[page.structuredContent?.columns.indexOf('id') ?? 0] });
  const tree = await gateway.call('get_workspace_hierarchy', {});
  return [
    { what: `tools/list, ${tools.length} tools`, tokens: countTokens(JSON.stringify(shown)), target: 4000 },
    {
      what: `tools/list, ${readOnly.length} read-only tools`,
      tokens: countTokens(JSON.stringify(readOnly)),
      target: 2000,
    },
    { what: 'one task', tokens: cost(task), target: 250 },
    { what: `${page.structuredContent?.rows.length} tasks`, tokens: cost(page), target: 4000 },
    { what: 'tree of 6 Spaces, 18 Folders, 60 Lists', tokens: cost(tree), target: 700 },
  ];
}

const cost = ({ content = [], structuredContent }: Answer) =>
  Math.max(
    countTokens(content.map(({ text }) => text).join('\n')),
    countTokens(JSON.stringify(structuredContent ?? {})),
  );
