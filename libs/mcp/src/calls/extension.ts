import { type Server, type ServerContext } from '@modelcontextprotocol/server';

/** Injection token of what a deployment adds to the catalogue; the conformance tests add their fixtures here. */
export const MCP_EXTENSION = Symbol('MCP_EXTENSION');

export interface ExtensionTool {
  /** Its entry in tools/list. */
  wire: { name: string; [key: string]: unknown };
  /** Needs the SDK's context (notifications, client input), so it never takes the hot path. */
  streams: boolean;
  call(args: Record<string, unknown>, context?: ServerContext): Promise<Record<string, unknown>>;
}

export interface McpExtension {
  tools: readonly ExtensionTool[];
  capabilities: Record<string, unknown>;
  /** Registers further request handlers on each server the SDK makes. */
  extend(server: Server): void;
}
