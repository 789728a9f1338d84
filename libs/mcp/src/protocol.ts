import { type Caller } from '#libs/connections';
import { type AuthInfo, createMcpHandler, ProtocolError, Server, type ServerContext } from '@modelcontextprotocol/server';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { Dispatch, type Exchange } from './dispatch.js';
import { MCP_EXTENSION, type McpExtension } from './extension.js';
import { INSTRUCTIONS, SERVER_INFO } from './server-info.js';
import { isObject, RpcError } from './jsonrpc.js';

/** How long clients may keep what they were told, and that it is theirs alone (MCP 2026-07-28, R3). */
export const CACHE_HINTS = {
  'tools/list': { ttlMs: 300_000, cacheScope: 'private' },
  'server/discover': { ttlMs: 3_600_000, cacheScope: 'public' },
} as const;

/** The protocol as the official SDK serves it, both eras: everything but the plain tools/list and tools/call. */
@Injectable()
export class Protocol {
  private readonly calls = createMcpHandler(({ authInfo }) => this.server(authInfo), { legacy: 'stateless', responseMode: 'auto' });
  /** Streams that stay open until the client or we end them; apart, so that they can be ended while calls still drain. */
  private readonly subscriptions = createMcpHandler(({ authInfo }) => this.server(authInfo), { legacy: 'stateless' });

  constructor(
    private readonly dispatch: Dispatch,
    @Optional() @Inject(MCP_EXTENSION) private readonly extension?: McpExtension,
  ) {}

  /** Answers one HTTP exchange. A `Request` of the Fetch standard goes in, a `Response` comes out. */
  serve(request: Request, body: unknown, caller: Caller): Promise<Response> {
    const handler = isObject(body) && body.method === 'subscriptions/listen' ? this.subscriptions : this.calls;
    return handler.fetch(request, { parsedBody: body, authInfo: carry(caller) });
  }

  /** Ends open subscriptions with the result that the protocol foresees. */
  endSubscriptions(): Promise<void> {
    return this.subscriptions.close();
  }

  close(): Promise<void> {
    return this.calls.close();
  }

  /** One server per exchange: nothing is ever shared between two callers (CVE-2026-25536). */
  private server(authInfo: AuthInfo | undefined): Server {
    const caller = callerOf(authInfo);
    const server = new Server(SERVER_INFO, { capabilities: { tools: {}, ...this.extension?.capabilities }, instructions: INSTRUCTIONS, cacheHints: CACHE_HINTS });
    server.setRequestHandler('tools/list', (request) => rethrow(() => ({ tools: this.dispatch.list(caller, request.params ?? {}).wire as never })));
    server.setRequestHandler('tools/call', (request, context) =>
      rethrow(async () => (await this.dispatch.call(caller, request.params, exchangeOf(context))).result as never),
    );
    this.extension?.extend(server);
    return server;
  }
}

function exchangeOf(context: ServerContext): Exchange {
  const { signal, notify } = context.mcpReq;
  const progressToken = context.mcpReq._meta?.progressToken;
  return {
    signal,
    context,
    progress: (progress, total, message) => {
      if (progressToken === undefined) return;
      // A client that is gone needs no progress; the call itself notices by its signal.
      notify({ method: 'notifications/progress', params: { progressToken, progress, total, message } }).catch(() => undefined);
    },
  };
}

async function rethrow<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RpcError) throw new ProtocolError(error.code, error.message, { ...error.data, details: error.details });
    throw error;
  }
}

/** The caller rides through the SDK in AuthInfo.extra; the token itself does not. */
const carry = (caller: Caller): AuthInfo => ({ token: '', clientId: caller.id, scopes: [], extra: { caller } });
const callerOf = (authInfo: AuthInfo | undefined) => authInfo?.extra?.caller as Caller;
