/** Result of tools/call (MCP CallToolResult), as far as we make it. Errors are `toolBody` of libs/core. */
export interface ToolResult {
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  isError: boolean;
  _meta?: Record<string, unknown>;
}
