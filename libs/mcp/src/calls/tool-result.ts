import { type AppError, toolBody } from '#libs/core';
import { type Content, present, type Tool, visible } from '#libs/tools';

/** What a call answers, before invisible characters were taken out. */
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

/** The output of a tool, as structured content and as text, and the files and images that the tool shows beside them. */
export function succeeded(tool: Tool, output: Record<string, unknown>, beside: readonly Content[] = []): ToolResult {
  const { structured, text } = present(tool, output);
  // Base64 holds nothing that could be taken out.
  const shown = beside.map((content) => (content.type === 'image' ? content : visible(content)));
  return pass({ content: [{ type: 'text', text }, ...shown], structuredContent: structured, isError: false });
}

/** An error as a result. Its message and details may hold ClickUp's words and names that people chose, so they are cleaned too. */
export const failed = (error: AppError): ToolResult => pass(visible(toolBody(error)));

/** What a call has to say whose question is not answered yet: nothing but what comes into `_meta`. */
export const unanswered = (): ToolResult => pass({ content: [], isError: false });

/** What a tool of an extension answers. Images and the like are base64, in which nothing is taken out. */
export const foreign = (result: Record<string, unknown>): ToolResult => pass(visible(result) as unknown as Body);

/** The same result with more in its `_meta`. */
export const withMeta = (result: ToolResult, meta: Record<string, unknown>): ToolResult =>
  pass({ ...result, _meta: { ...result._meta, ...visible(meta) } });
