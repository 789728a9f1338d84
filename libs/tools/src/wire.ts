import { annotations } from '#libs/core';
import { z } from 'zod';
import { inputSchemaOf } from './arguments/schema.js';
import { type Schema } from './tool/schema.js';
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

/** What a call that needs confirmation is answered with first; for how long it holds is there, too, and not worth its tokens in each tool. */
const PREVIEWED = {
  confirm_token: z.string(),
  preview: z.strictObject({ summary: z.string(), current: z.looseObject({}) }),
};

/**
 * What hosts get to see of a schema. The strictest take no choice of types, no `$ref` and no `format`, so none may be in it
 * (`test/laws/tools.spec.ts`). Limits, and the rule that a text must not be empty, are enforced but not advertised: they would cost a fifth
 * of the list's tokens and tell the model nothing. Properties that are accepted under an older name (`UNLISTED`) are left out too, and
 * those that another tool shows (`elsewhere`).
 */
function published(schema: Schema): JsonSchema {
  const { type, description, enum: words, properties, required, items, elsewhere } = schema;
  const shown = properties && !elsewhere && Object.entries(properties).filter(([, { unlisted }]) => !unlisted);
  const names = required?.filter((name) => shown && shown.some(([each]) => each === name));
  return {
    type,
    ...(description !== undefined && { description }),
    ...(words && { enum: words }),
    ...(type === 'object' && {
      properties: Object.fromEntries((shown || []).map(([name, property]) => [name, published(property)])),
    }),
    ...(names?.length && { required: names }),
    ...(items && { items: published(items) }),
  };
}

/** A value of any type, and an object of any keys, cannot be described to hosts. */
const isKnown = ({ type, properties = {} }: Schema): boolean =>
  type !== undefined && (type !== 'object' || Object.keys(properties).length > 0);

/** What hosts get to see of an answer: its properties with their types. Which of them are there depends on the call. */
function publishedAnswer(output: z.ZodObject): JsonSchema {
  const whole = z.toJSONSchema(output, { io: 'input', unrepresentable: 'any' }) as Schema;
  const trimmed = ({ type, properties, items }: Schema): Schema => ({
    type,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).flatMap(([name, property]) =>
          isKnown(property) ? [[name, trimmed(property)]] : [],
        ),
      ),
    }),
    ...(items && { items: trimmed(items) }),
  });
  return published(trimmed(whole));
}

/**
 * A tool as tools/list shows it. A tool with a preview answers with either the preview or its output: its
 * outputSchema has the properties of both and requires none, so that both conform to it.
 * @param input its input schema as far as it is granted
 */
export function wireTool(tool: Tool, input: Schema = inputSchemaOf(tool.input as z.ZodObject)): WireTool {
  const { name, title, description, verb, risk, idempotent } = tool;
  const outputs = tool.output as z.ZodObject;
  return {
    name,
    title,
    description,
    inputSchema: published(input),
    outputSchema: publishedAnswer(tool.preview ? outputs.extend(PREVIEWED) : outputs),
    annotations: { ...annotations(verb, risk), ...(idempotent === false && { idempotentHint: false }) },
  };
}
