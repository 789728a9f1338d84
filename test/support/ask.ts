export interface Asked {
  status: number;
  body: any;
}

/** Sends `GET /list/1`, below `base`, to a sandbox; the body as JSON unless it is a form, the answer's JSON or undefined. A path from `/api` on is taken as it is. */
export const asking =
  (url: () => string, base = '/api') =>
  async (line: string, body?: unknown, authorization: string | null = 'pk_sandbox_owner'): Promise<Asked> => {
    const [method = '', path = ''] = line.split(' ');
    const json = body !== undefined && !(body instanceof FormData);
    const headers: Record<string, string> = {
      ...(authorization === null ? {} : { authorization }),
      ...(json ? { 'content-type': 'application/json' } : {}),
    };
    const target = url() + (path.startsWith('/api') ? path : base + path);
    const response = await fetch(target, { method, headers, body: json ? JSON.stringify(body) : body });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
