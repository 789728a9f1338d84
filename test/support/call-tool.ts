/** The result of a tools/call with this key. @throws where the connection ends before all of the answer is there */
export async function callTool(
  url: string,
  key: string,
  name: string,
  args: object = {},
  signal?: AbortSignal,
): Promise<any> {
  const answer = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    signal,
  });
  return ((await answer.json()) as { result: unknown }).result;
}
