import { AppError } from '#libs/core';
import { z } from 'zod';
import { defineTool } from '../tool/tool.js';

const MAX_TOKEN = 4096;

/**
 * Does what a preview showed, without the arguments being sent again: the dispatch finds the call that the token is for and runs that one.
 * So the handler is reached only when there is none.
 */
export const confirmChange = defineTool({
  name: 'confirm_change',
  title: 'Confirm change',
  description: 'Do what a preview showed, by its confirm_token. Show the preview to the user first.',
  toolset: 'confirmation',
  verb: 'update',
  idempotent: false,
  covers: [],
  input: z.strictObject({ confirm_token: z.string().min(1).max(MAX_TOKEN) }),
  output: z.strictObject({}),
  handler: () => Promise.reject(unknownToken()),
});

const unknownToken = () =>
  new AppError(
    'invalid_parameters',
    'confirm_token: no change waits under this token: previews are kept for five minutes, for the caller that asked for them. Nothing was changed; make the call again to get a new preview.',
    { details: { parameter: 'confirm_token' } },
  );
