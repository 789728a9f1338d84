import { type GetPromptResult } from '@modelcontextprotocol/server';
import { embedded, image, text } from './content.js';
import { elicit, type Rounds } from './input-rounds.js';

interface Prompt {
  arguments: readonly string[];
  content(args: Record<string, string>): GetPromptResult['messages'][number]['content'][];
  rounds?: Rounds;
}

/** Every prompt that the suite asks for by name. */
export const PROMPTS: Readonly<Record<string, Prompt>> = {
  test_simple_prompt: { arguments: [], content: () => [text('A prompt.')] },
  test_prompt_with_arguments: {
    arguments: ['arg1', 'arg2'],
    content: ({ arg1, arg2 }) => [text(`A prompt with ${arg1} and ${arg2}.`)],
  },
  test_prompt_with_embedded_resource: {
    arguments: ['resourceUri'],
    content: ({ resourceUri }) => [embedded(String(resourceUri), 'An embedded text.'), text('Read this.')],
  },
  test_prompt_with_image: { arguments: [], content: () => [image, text('Look at this.')] },
  test_input_required_result_prompt: {
    arguments: [],
    content: () => [text('A prompt that knows its context.')],
    rounds: { ask: [{ user_context: elicit('In which context?', { context: { type: 'string' } }) }] },
  },
};
