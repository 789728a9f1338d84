import { type Client, ProtocolError } from '@modelcontextprotocol/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';

/** What a tools/call came back with, in one shape for all outcomes. */
export interface Answer {
  /** What a model reads. */
  text: string;
  /** The structured content of a success. */
  value?: Record<string, unknown>;
  /** A JSON-RPC error: the call was refused before any tool ran. */
  refused?: { code: number };
  /** o200k_base, the larger of text and structured content: what the answer costs a model. */
  tokens: number;
}

/** Calls a tool. Refusals are answers too; only a broken connection or an abort throws. */
export async function call(
  client: Client,
  tool: string,
  args: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const { content, structuredContent, isError } = await client.callTool({ name: tool, arguments: args }, { signal });
    const text = content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
    const value = structuredContent as Record<string, unknown> | undefined;
    return {
      text,
      ...(!isError && { value }),
      tokens: Math.max(countTokens(text), value ? countTokens(JSON.stringify(value)) : 0),
    };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, message } = error;
    return { text: `JSON-RPC error ${code}: ${message}`, refused: { code }, tokens: countTokens(message) };
  }
}

/** What listing the tools costs a model: names, descriptions and input schemas. */
export async function listTools(client: Client): Promise<{ count: number; tokens: number }> {
  const { tools } = await client.listTools();
  const read = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  return { count: tools.length, tokens: countTokens(JSON.stringify(read)) };
}
