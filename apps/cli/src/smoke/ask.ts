/** A request may take so long. */
const TIMEOUT_MS = 30_000;

/** What was answered. */
export interface Answer {
  status: number;
  headers: Headers;
  /** The body as JSON; undefined where it is none. */
  json?: Record<string, unknown>;
}

/** Sends a request and follows nothing. @throws Error that says in words why there was no answer */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
    throw new Error(`${url} does not answer: ${why}`, { cause: error });
  }
  const text = await answer.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // An error page of a proxy, say.
  }
  return {
    status: answer.status,
    headers: answer.headers,
    ...(typeof json === 'object' && json !== null && { json: json as Record<string, unknown> }),
  };
}

/** Sends JSON. @throws Error as {@link ask} */
export const askJson = (url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Calls a method of MCP as a client without any library does. @throws Error as {@link ask} */
export const askMcp = (base: string, token: string, method: string, params: object = {}): Promise<Answer> =>
  askJson(
    `${base}/mcp`,
    { jsonrpc: '2.0', id: 1, method, params },
    { accept: 'application/json, text/event-stream', ...(token && { authorization: `Bearer ${token}` }) },
  );
