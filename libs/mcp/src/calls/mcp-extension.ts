import { type Server, type ServerContext } from '@modelcontextprotocol/server';

/** Injection token of what a deployment adds to the catalogue; the conformance tests add their tools here. */
export const MCP_EXTENSION = Symbol('MCP_EXTENSION');

/** A tool that is no row of the catalogue: it is offered to every caller and judged by no policy. */
export interface ExtensionTool {
  /** Its entry in tools/list. */
  wire: { name: string; [key: string]: unknown };
  /** Whether it needs the SDK's context (notifications, questions to the client): then the SDK always frames its calls. */
  streams: boolean;
  call(args: Record<string, unknown>, context?: ServerContext): Promise<Record<string, unknown>>;
}

/** Everything that a deployment adds. */
export interface McpExtension {
  tools: readonly ExtensionTool[];
  capabilities: Record<string, unknown>;
  /** Registers further request handlers on each server the SDK makes. */
  extend(server: Server): void;
}
