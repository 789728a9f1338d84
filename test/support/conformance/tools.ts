import { type ExtensionTool } from '#libs/mcp';
import { type ServerContext } from '@modelcontextprotocol/server';
import { setImmediate as turn } from 'node:timers/promises';
import { audio, embedded, image, text } from './content.js';
import { elicit, nextRound, type Rounds, roots, sample } from './input-rounds.js';

type Result = Awaited<ReturnType<ExtensionTool['call']>>;

/** Answer at once, on the path that our own tools take. */
const PLAIN: Readonly<Record<string, Result>> = {
  test_simple_text: { content: [text('Some text.')] },
  test_image_content: { content: [image] },
  test_audio_content: { content: [audio] },
  test_embedded_resource: { content: [embedded('test://embedded-resource', 'An embedded text.')] },
  test_multiple_content_types: {
    content: [text('Three kinds:'), image, embedded('test://mixed-content-resource', { three: 3 })],
  },
  test_error_handling: { content: [text('This tool always fails.')], isError: true },
  test_streaming_elicitation: { content: [text('Nothing was asked.')] },
};

/** Say something before they answer. */
const TALKING: Readonly<Record<string, (context: ServerContext) => Promise<void>>> = {
  test_tool_with_logging: async ({ mcpReq }) => {
    for (const data of ['begun', 'half done', 'done']) {
      await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
      await turn();
    }
  },
  test_tool_with_progress: async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      await turn();
    }
  },
  // The SDK's own channel, which must stay silent for a request without a logLevel.
  test_logging_tool: ({ mcpReq }) => mcpReq.log('info', 'only for those who asked'),
};

const string = { type: 'string' };
const NAME = elicit('Who are you?', { name: string });
const CONFIRM = elicit('Are you sure?', { ok: { type: 'boolean' } });
const titled = (...values: string[]) => values.map((value) => ({ const: value, title: value.toUpperCase() }));

/** Ask the client for input before they answer. The last four are called in the era that needs requests from server to client. */
const ASKING: Readonly<Record<string, Rounds>> = {
  test_missing_capability: { ask: [{ answer: sample('Say pong') }] },
  test_input_required_result_elicitation: { ask: [{ user_name: NAME }] },
  test_input_required_result_sampling: { ask: [{ capital_question: sample('Name the capital of France') }] },
  test_input_required_result_list_roots: { ask: [{ client_roots: roots() }] },
  test_input_required_result_request_state: { ask: [{ confirm: CONFIRM }], signed: true },
  test_input_required_result_tampered_state: { ask: [{ confirm: CONFIRM }], signed: true },
  test_input_required_result_multiple_inputs: {
    ask: [{ user_name: NAME, greeting: sample('Greet somebody'), client_roots: roots() }],
    signed: true,
  },
  test_input_required_result_multi_round: {
    ask: [{ step1: NAME }, { step2: elicit('Which colour?', { color: string }) }],
    signed: true,
  },
  test_input_required_result_capabilities: {
    ask: [{ user_name: NAME, greeting: sample('Greet somebody'), client_roots: roots() }],
    onlyDeclared: true,
  },
  test_sampling: { ask: [{ answer: sample('Say something') }] },
  test_elicitation: { ask: [{ answer: elicit('Who are you?', { username: string, email: string }) }] },
  test_elicitation_sep1034_defaults: {
    ask: [
      {
        answer: elicit(
          'Is this right?',
          {
            name: { type: 'string', default: 'John Doe' },
            age: { type: 'integer', default: 30 },
            score: { type: 'number', default: 95.5 },
            status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
            verified: { type: 'boolean', default: true },
          },
          [],
        ),
      },
    ],
  },
  test_elicitation_sep1330_enums: {
    ask: [
      {
        answer: elicit(
          'Which ones?',
          {
            untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
            titledSingle: { type: 'string', oneOf: titled('value1', 'value2', 'value3') },
            legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
            untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
            titledMulti: { type: 'array', items: { anyOf: titled('value1', 'value2', 'value3') } },
          },
          [],
        ),
      },
    ],
  },
};

const tool = (name: string, streams: boolean, call: ExtensionTool['call']): ExtensionTool => ({
  wire: {
    name,
    description: `Fixture ${name} of the conformance suite.`,
    inputSchema: { type: 'object', additionalProperties: true },
  },
  streams,
  call,
});

/** Every tool that the suite calls by name. */
export const TOOLS: readonly ExtensionTool[] = [
  ...Object.entries(PLAIN).map(([name, result]) => tool(name, false, () => Promise.resolve(result))),
  ...Object.entries(TALKING).map(([name, talk]) =>
    tool(name, true, async (_args, context) => {
      await talk(context as ServerContext);
      return { content: [text('Said it.')] };
    }),
  ),
  ...Object.entries(ASKING).map(([name, rounds]) =>
    tool(
      name,
      true,
      async (_args, context) =>
        (await nextRound(rounds, context as ServerContext)) ?? {
          content: [text('state-ok: everything was answered.')],
        },
    ),
  ),
];
