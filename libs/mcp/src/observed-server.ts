import { type JSONRPCMessage, Server, type ServerOptions, type Transport } from '@modelcontextprotocol/server';
import { withDetails } from './jsonrpc.js';
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
}

const isResponse = (message: JSONRPCMessage): boolean => 'result' in message || 'error' in message;
