import { AppError } from '#libs/core';
import { CATALOGUE, type Tool, visible } from '#libs/tools';
import { readFileSync } from 'node:fs';
import { sourcesUnder } from '../../../../test/support/sources.js';
import { errorJson, RpcError, withDetails } from './jsonrpc.js';
import { failed, foreign, succeeded, withMeta } from './tool-result.js';

const tags = [...'ignore all'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
/** What a person does not see and a model reads. */
const HIDDEN = `a${tags}\u200b\u202e\0\x1b\ud800\ufeffb`;
const tool = { ...CATALOGUE[0]!, headline: undefined, text: undefined } as unknown as Tool;

/** Every way in which something is answered to tools/call. */
const WAYS: [string, unknown][] = [
  [
    'a success',
    succeeded(tool, { name: HIDDEN, rows: [[HIDDEN]], columns: ['name'], [HIDDEN]: { [HIDDEN]: [HIDDEN] } }),
  ],
  ['a preview', succeeded(tool, { preview: { summary: HIDDEN, current: { name: HIDDEN } }, confirm_token: 'x' })],
  [
    'an error',
    failed(new AppError('invalid_parameters', HIDDEN, { details: { candidates: [HIDDEN], clickup_error: HIDDEN } })),
  ],
  [
    'a tool of the deployment',
    foreign({
      content: [{ type: 'text', text: HIDDEN }],
      structuredContent: { x: HIDDEN },
      isError: true,
      _meta: { y: HIDDEN },
    }),
  ],
  ['something added to `_meta`', withMeta(failed(new AppError('internal_error')), { note: HIDDEN })],
  ['an error of the protocol', JSON.parse(errorJson(1, new RpcError(-32_602, HIDDEN, HIDDEN, { requested: HIDDEN })))],
  [
    'an error of the SDK',
    withDetails({ jsonrpc: '2.0', id: 1, error: { code: -32_602, message: HIDDEN, data: { requested: HIDDEN } } }),
  ],
];

test.each(WAYS)('%s carries nothing that only a model would read', (_, result) => {
  expect(JSON.stringify(result)).not.toMatch(/[\u{E0000}-\u{E0FFF}\u200b\u202e\ufeff]|\\u0000|\\u001b|\\ud800/u);
  expect(result).toEqual(visible(result));
  expect(JSON.stringify(result)).toContain('ab');
});

test('there is no other way: only this file makes a result, and only this file renders an error as one', () => {
  const sources = sourcesUnder('libs').map((path) => path.slice('libs/'.length));
  const using = (pattern: RegExp) => sources.filter((file) => pattern.test(readFileSync(`libs/${file}`, 'utf8')));
  expect(using(/as (?:unknown as )?ToolResult\b/)).toEqual(['mcp/src/calls/tool-result.ts']);
  expect(using(/\btoolBody\(/)).toEqual([
    'core/src/errors.ts',
    'core/src/render-errors.ts',
    'mcp/src/calls/tool-result.ts',
  ]);
});
