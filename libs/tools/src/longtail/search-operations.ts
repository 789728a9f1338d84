import { type Operation, OPERATIONS } from '#libs/clickup';
import { z } from 'zod';
import { TABLE, table } from '../answers/table.js';
import { defineTool } from '../tool/tool.js';
import { parametersInWords } from './parameters.js';
import { findOperations } from './retrieval.js';

const RESULTS = 8;

export const searchOperations = defineTool({
  name: 'search_operations',
  title: 'Search operations',
  description:
    'Find ClickUp operations by plain words, for what no other tool does. Call them with call_read_operation (get, list, search) or call_write_operation. In parameters, ? is optional, [] a list.',
  toolset: 'longtail',
  verb: 'search',
  covers: [],
  input: z.strictObject({ query: z.string().min(1).max(200) }),
  output: z.strictObject({ ...TABLE, total: z.number() }),
  handler({ query }, context) {
    const isGranted = (row: Operation) => context.permits(row).allowed;
    const found = findOperations(query, RESULTS, isGranted);
    return Promise.resolve({
      ...table(found, {
        operation: ({ id }) => id,
        verb: ({ verb }) => verb,
        risk: ({ risk }) => risk,
        parameters: parametersInWords,
        summary: ({ summary }) => summary,
      }),
      total: OPERATIONS.filter(isGranted).length,
    });
  },
});
