import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  ProtocolError,
  type Result,
  Server,
  type ServerContext,
  type ServerOptions,
  type Transport,
} from '@modelcontextprotocol/server';
import { type Tracing } from '#libs/core';
import { CODES, withDetails } from '../calls/jsonrpc.js';
import { serverInfoWith } from '../calls/server-info.js';
import { traced } from './traced.js';

/** The SDK's server. Each response is completed and recorded before the SDK makes text of it, so that no text has to be parsed again. */
export class ObservedServer extends Server {
  /**
   * @param icon the URL of the gateway's icon; undefined where nothing serves it
   * @param answered receives each response
   * @param notified receives each notification
   * @param tracing undefined where nothing is traced
   */
  constructor(
    options: ServerOptions,
    icon: string | undefined,
    private readonly answered: (answer: JSONRPCMessage) => void,
    private readonly notified: (notification: JSONRPCMessage) => void = () => undefined,
    private readonly tracing?: Tracing,
  ) {
    super(serverInfoWith(icon), options);
  }

  override connect(transport: Transport): Promise<void> {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      if (!isResponse(message)) {
        this.notified(message);
        return send(message, options);
      }
      const answer = withDetails(message) as JSONRPCMessage;
      this.answered(answer);
      return send(answer, options);
    };
    return super.connect(transport);
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const checked = this.checked(method, handler);
    // The SDK registers handlers before this object is complete.
    return (request, context) => {
      if (!this.tracing) return checked(request, context);
      const { id, _meta } = context.mcpReq;
      const asked = { method, id, params: { ...request.params, ...(_meta && { _meta }) } };
      return traced(this.tracing, asked, () => checked(request, context));
    };
  }

  private checked(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler);
    if (method === 'tools/call') return async (request, context) => withoutContent(await wrapped(request, context));
    if (!CHECKED.includes(method)) return wrapped;
    return async (request, context) => {
      try {
        return await wrapped(request, context);
      } catch (error) {
        if (error instanceof ProtocolError) throw error;
        throw new ProtocolError(CODES.params, 'Invalid params', {
          details: `The \`params\` are not those of ${method}: compare them with the MCP specification.`,
        });
      }
    };
  }
}

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;
/**
 * Methods whose handlers throw nothing but ProtocolError. Any other error then comes from the SDK's schema, which would answer it as an
 * internal error with everything that zod has to say.
 */
const CHECKED = [
  'initialize',
  'tools/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
];
/** The SDK does not know the answer of the Tasks extension, and gives it an empty result of a tool. */
function withoutContent(result: Result): Result {
  if (result.resultType !== 'task') return result;
  const { content: _, ...task } = result;
  return task;
}

const isResponse = (message: JSONRPCMessage): boolean => 'result' in message || 'error' in message;
