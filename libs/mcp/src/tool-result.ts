import { type AppError, ERRORS } from '#libs/core';

/** Result of tools/call (MCP CallToolResult), as far as we make it. */
export interface ToolResult {
  content: { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  isError: boolean;
  _meta?: Record<string, unknown>;
}

/** A failure as the model sees it: what went wrong, and what to do about it (contract item 3). */
export function errorResult({ code, message, details }: AppError): ToolResult {
  return {
    content: [{ type: 'text', text: `Error: ${message}\n${ERRORS[code].advice}` }],
    isError: true,
    _meta: { error: { code, message, details } },
  };
}
