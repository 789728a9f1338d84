import { argumentsOf, CATALOGUE, inputSchemaOf, type Schema, type Tool } from '#libs/tools';
import { type z } from 'zod';

/** Words that help nobody who sends a wrong argument: they are a validator's or ClickUp's own, or advice that does not fit. */
const FORBIDDEN = [
  /Too (small|big)/,
  /expected (record|string|array|object|boolean|number)/i,
  /received/i,
  /Invalid (input|option|type|key)/i,
  /Unrecognized key/i,
  /Team not authorized/i,
  /Pass team_id/i,
  /undefined|NaN|\[object|ZodError/,
  /\bat Object\.|node_modules/,
];

/** What models have sent where something else was expected. */
const WRONG: Record<string, unknown> = {
  'a number': 42,
  'a fraction': -1.5,
  true: true,
  'an object': { id: 'x' },
  'a list': ['x'],
  'a list of objects': [{ id: 'x' }],
  'a list in a list': [['x']],
  blanks: '   ',
  'a very long text': 'x'.repeat(200_000),
  'very many items': Array.from({ length: 500 }, (_, index) => `x${index}`),
  'broken JSON': '{"a": [',
  'an unknown word': 'nonsense',
};

const schemaOf = (tool: Tool): Schema => inputSchemaOf(tool.input as z.ZodObject);

/** Arguments that the tool takes, so that one wrong one stands alone. */
function right(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, right(schema.properties?.[name] ?? {})]));
    case 'array':
      return [right(schema.items ?? {})];
    case 'boolean':
      return true;
    case 'number':
    case 'integer':
      return 1;
    default:
      return 'x';
  }
}

/** The refusal of these arguments; undefined when they are taken. */
function refusal(tool: Tool, args: Record<string, unknown>) {
  try {
    argumentsOf(tool, args);
    return undefined;
  } catch (error) {
    return error as { code: string; message: string; details?: { parameter?: string } };
  }
}

function clear(tool: Tool, args: Record<string, unknown>, about: string): void {
  const error = refusal(tool, args);
  if (!error) return;
  expect(error.code).toBe('invalid_parameters');
  for (const words of FORBIDDEN) expect(error.message).not.toMatch(words);
  expect(error.message.length).toBeLessThan(700);
  // It names the argument, and says what to do by naming what is taken.
  expect(error.message).toContain(about);
  expect(error.details?.parameter).toBeDefined();
}

describe.each(CATALOGUE.map((tool) => [tool.name, tool] as const))('%s', (name, tool) => {
  const schema = schemaOf(tool);
  const args = right(schema) as Record<string, unknown>;

  test('takes what is right', () => expect(refusal(tool, args)).toBeUndefined());

  test.each(Object.keys(WRONG))('says what is wrong with %s', (shape) => {
    for (const argument of Object.keys(schema.properties ?? {}))
      clear(tool, { ...args, [argument]: WRONG[shape] }, argument);
  });

  test('says what is missing', () => {
    for (const argument of schema.required ?? []) {
      for (const absent of [undefined, null, '', []]) {
        const error = refusal(tool, { ...args, [argument]: absent });
        expect(error?.message).toMatch(new RegExp(`^Missing required parameter: ${argument}\\b`));
      }
    }
  });

  test('says what it takes instead of an unknown argument', () => {
    const error = refusal(tool, { ...args, entirely_unknown: 1 });
    expect(error?.message).toMatch(/^Unknown parameter: entirely_unknown\. /);
    for (const [argument, { unlisted }] of Object.entries(schema.properties ?? {}))
      if (!unlisted) expect(error?.message).toContain(argument);
    expect(error?.message).toContain(name);
  });
});
