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
import { CODES, withDetails } from '../jsonrpc.js';
import { SERVER_INFO } from './server-info.js';

/** The SDK's server. What it answers is completed and kept while it still is an object; what the SDK then frames, nobody has to take apart again. */
export class ObservedServer extends Server {
  /** @param answers where the responses of this one exchange are kept */
  constructor(
    options: ServerOptions,
    private readonly answers: unknown[],
  ) {
    super(SERVER_INFO, options);
  }

  override connect(transport: Transport): Promise<void> {
    const send = transport.send.bind(transport);
    transport.send = (message, options) => {
      if (!isResponse(message)) return send(message, options);
      const answer = withDetails(message) as JSONRPCMessage;
      this.answers.push(answer);
      return send(answer, options);
    };
    return super.connect(transport);
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const wrapped = super._wrapHandler(method, handler);
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
/** What they answer with never fails but with a ProtocolError; anything else is the SDK's schema, which throws all that zod has to say, as an internal error. */
const CHECKED = ['initialize', 'tools/list'];
const isResponse = (message: JSONRPCMessage): boolean => 'result' in message || 'error' in message;
