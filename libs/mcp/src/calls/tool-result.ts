import { type AppError, toolBody } from '#libs/core';
import { present, type Tool, visible } from '#libs/tools';

/** What a call answers, before it has passed the border. */
interface Body {
  content: readonly { type: string; text?: string }[];
  structuredContent?: Record<string, unknown>;
  isError: boolean;
  _meta?: Record<string, unknown>;
}

declare const passed: unique symbol;
/**
 * Result of tools/call (MCP CallToolResult). Only the functions below can make one, so nothing leaves that carries characters
 * which a model reads and a person does not see (SEC-179): neither as text nor as structured content nor in `_meta`.
 */
export type ToolResult = Readonly<Body> & { readonly [passed]: true };

const pass = (body: Body) => body as ToolResult;

export function succeeded(tool: Tool, output: Record<string, unknown>): ToolResult {
  const { structured, text } = present(tool, output);
  return pass({ content: [{ type: 'text', text }], structuredContent: structured, isError: false });
}

/** ClickUp's own words and names that people chose come along in messages and details. */
export const failed = (error: AppError): ToolResult => pass(visible(toolBody(error)));

/** What a tool of a deployment answers; its bytes of images and the like are plain text, which passes unchanged. */
export const foreign = (result: Record<string, unknown>): ToolResult => pass(visible(result) as unknown as Body);

export const withMeta = (result: ToolResult, meta: Record<string, unknown>): ToolResult =>
  pass({ ...result, _meta: { ...result._meta, ...visible(meta) } });
