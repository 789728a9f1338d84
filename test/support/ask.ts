export interface Asked {
  status: number;
  body: any;
}

/** Sends `GET /v3/…`, below /api, to a sandbox; the body as JSON. */
export const asking =
  (url: () => string) =>
  async (line: string, body?: unknown, authorization: string | null = 'pk_sandbox_owner'): Promise<Asked> => {
    const [method = '', path = ''] = line.split(' ');
    const headers: Record<string, string> = { ...(authorization === null ? {} : { authorization }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const response = await fetch(`${url()}/api${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };
