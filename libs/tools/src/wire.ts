import { annotations } from '#libs/core';
import { z } from 'zod';
import { type Tool } from './tool/tool.js';

type JsonSchema = Record<string, unknown>;

/** An entry of tools/list (MCP 2026-07-28, Tool). */
export interface WireTool {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema: JsonSchema;
  annotations: ReturnType<typeof annotations>;
}

/** What a call that needs confirmation is answered with first. */
export const PREVIEW_ANSWER = z.strictObject({
  confirm_token: z.string(),
  expires_in_seconds: z.number(),
  preview: z.strictObject({ summary: z.string(), current: z.record(z.string(), z.unknown()) }),
});
const ConfirmToken = z.string().max(4096).describe('From the preview: repeat the call with it to execute');

/**
 * JSON Schema without what costs tokens and tells the model nothing: properties that are accepted but not advertised (`UNLISTED`), the
 * rule that a text or list must not be empty, and the length of keys. A call that breaks one of these rules is still refused, with the
 * name of the argument.
 */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: node }) => {
      delete node.minLength;
      delete node.minItems;
      delete node.propertyNames;
      if (node.properties)
        node.properties = Object.fromEntries(
          Object.entries(node.properties).filter(
            ([, property]) => typeof property !== 'object' || !('unlisted' in property),
          ),
        );
    },
  });
  return rest;
}

/**
 * A tool as tools/list shows it; computed once, at start. A tool with a preview also takes `confirm_token`, and answers with either the
 * preview or its output: its outputSchema has the properties of both and requires none, so that both conform to it.
 */
export function wireTool(tool: Tool): WireTool {
  const { name, title, description, verb, risk, idempotent } = tool;
  const inputs = tool.input as z.ZodObject;
  const outputs = tool.output as z.ZodObject;
  return {
    name,
    title,
    description,
    inputSchema: jsonSchema(tool.preview ? inputs.extend({ confirm_token: ConfirmToken.optional() }) : inputs, 'input'),
    outputSchema: jsonSchema(tool.preview ? outputs.extend(PREVIEW_ANSWER.shape).partial() : outputs, 'output'),
    annotations: { ...annotations(verb, risk), ...(idempotent === false && { idempotentHint: false }) },
  };
}
