import { ProtocolError } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { Printer } from './print.js';
import { type Stage, type UpstreamRequest } from './stage.js';
import { type Step } from './steps.js';
import { tour } from './tour.js';

type Call = { name: string; arguments: Record<string, unknown> };

/** A stage whose tools answer as told, and a printer that writes into a string. */
function stageOf(tools: Record<string, (args: Record<string, unknown>, upstream: UpstreamRequest[]) => unknown>) {
  const upstream: UpstreamRequest[] = [];
  const calls: Call[] = [];
  const client = {
    callTool: (call: Call) => {
      calls.push(call);
      // As the SDK does: whatever goes wrong arrives as a rejection.
      return new Promise((resolve) => resolve(tools[call.name]?.(call.arguments, upstream)));
    },
  };
  const door = { url: 'http://127.0.0.1:1/mcp', key: 'key', client };
  const stage = {
    doors: { write: door, read: door, oauth: door },
    upstream: () => [...upstream],
    close: () => Promise.resolve(),
  } as unknown as Stage;
  let printed = '';
  const print = new Printer({
    isTTY: false,
    write: (text: string) => (printed += text),
  } as unknown as NodeJS.WriteStream);
  const play = (steps: Step[], signal = new AbortController().signal) => tour(steps, stage, print, signal);
  return { play, calls, printed: () => printed };
}

const success = (structuredContent: Record<string, unknown>) => ({
  content: [{ type: 'text', text: 'fine' }],
  structuredContent,
  isError: false,
});
const valued = (shape: z.ZodRawShape) => z.looseObject({ value: z.looseObject(shape) });

test('a step succeeds only if its answer is the expected one; the tour goes on after one that did not', async () => {
  const { play, printed } = stageOf({
    name: () => success({ name: 'right' }),
    fail: () => ({ content: [{ type: 'text', text: 'Error: no' }], isError: true }),
  });
  const expect_ = valued({ name: z.literal('right') });
  const failed = await play([
    { ask: 'one', tool: 'name', args: {}, expect: expect_ },
    { ask: 'two', tool: 'name', args: {}, expect: valued({ name: z.literal('wrong') }) },
    { ask: 'three', tool: 'fail', args: {}, expect: valued({}) },
    { ask: 'four', tool: 'name', args: {}, expect: expect_ },
  ]);
  expect(failed).toBe(2);
  expect(printed()).toContain('2 of 4 steps succeeded');
  expect(printed().match(/✗ failed/g)).toHaveLength(2);
  expect(printed()).toContain('Error: no');
});

test('each step is charged with its own upstream calls, and may demand that there were none', async () => {
  const { play, printed } = stageOf({
    write: (_args, upstream) => {
      upstream.push({ method: 'GET', path: '/a' }, { method: 'POST', path: '/b' });
      return success({});
    },
    quiet: () => success({}),
  });
  const none = z.looseObject({ upstream: z.array(z.unknown()).length(0) });
  expect(
    await play([
      { ask: 'w', tool: 'write', args: {}, expect: none },
      { ask: 'q', tool: 'quiet', args: {}, expect: none },
    ]),
  ).toBe(1);
  expect(printed()).toContain('2 upstream calls (GET /a, POST /b)');
  expect(printed()).toContain('0 upstream calls ·');
});

test('a JSON-RPC error is an answer, a broken connection is a failure', async () => {
  const { play, printed } = stageOf({
    hidden: () => {
      throw new ProtocolError(-32_602, 'Unknown tool: hidden');
    },
    broken: () => {
      throw new Error('socket hang up');
    },
  });
  const refused = z.looseObject({ refused: z.looseObject({ code: z.literal(-32_602) }) });
  expect(
    await play([
      { ask: 'h', tool: 'hidden', args: {}, expect: refused },
      { ask: 'b', tool: 'broken', args: {}, expect: refused },
    ]),
  ).toBe(1);
  expect(printed()).toContain('JSON-RPC error -32602');
  expect(printed()).toContain('socket hang up');
});

test('what a step keeps is at the disposal of later ones', async () => {
  const { play, calls } = stageOf({ make: () => success({ id: 'abc' }), use: ({ id }) => success({ id }) });
  const failed = await play([
    { ask: 'm', tool: 'make', args: {}, expect: valued({}), keep: 'made' },
    {
      ask: 'u',
      tool: 'use',
      args: ({ made }) => ({ id: made?.id }),
      expect: ({ made }) => valued({ id: z.literal(String(made?.id)) }),
    },
  ]);
  expect(failed).toBe(0);
  expect(calls[1]).toEqual({ name: 'use', arguments: { id: 'abc' } });
});

test('an aborted tour asks nothing more', async () => {
  const { play, calls } = stageOf({ name: () => success({}) });
  await play([{ ask: 'n', tool: 'name', args: {}, expect: valued({}) }], AbortSignal.abort());
  expect(calls).toHaveLength(0);
});
