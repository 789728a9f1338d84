import { AppError, ConfigError } from '#libs/core';
import { cli } from './cli.js';
import { type Command, COMMANDS, type Flags, type Options } from './commands.js';

let errors: jest.SpyInstance;
let lines: jest.SpyInstance;
beforeEach(() => {
  errors = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  lines = jest.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => jest.restoreAllMocks());
const printed = (spy: jest.SpyInstance) => spy.mock.calls.flat().join('\n');

const command = (run: (flags: Flags) => Promise<number>): Record<string, Command> => ({
  greet: { summary: 'Says hello', flags: { loud: 'shouts' }, load: () => Promise.resolve({ run }) },
});

test.each([[[]], [['unknown']], [['toString']], [['greet', '--unknown']], [['greet', 'more']]])(
  '%j is a usage error: status 64, and how it is used',
  async (args: string[]) => {
    expect(
      await cli(
        args,
        command(() => Promise.resolve(0)),
      ),
    ).toBe(64);
    expect(printed(errors)).toContain('Usage: clickup-mcp <command>');
    expect(printed(errors)).toContain('--loud');
  },
);

test('help names every command', async () => {
  expect(await cli(['--help'])).toBe(0);
  for (const name of Object.keys(COMMANDS)) expect(printed(lines)).toContain(name);
});

test('flags arrive, and the status of the command is the status', async () => {
  const seen: Flags[] = [];
  const commands = command((flags) => {
    seen.push({ ...flags });
    return Promise.resolve(7);
  });
  expect(await cli(['greet', '--loud'], commands)).toBe(7);
  expect(await cli(['greet'], commands)).toBe(7);
  expect(seen).toEqual([{ loud: true }, { loud: false }]);
});

describe('the value of an option', () => {
  const seen: { flags: Flags; operands: readonly string[]; options: Options }[] = [];
  const commands: Record<string, Command> = {
    greet: {
      summary: 'Says hello',
      flags: { loud: 'shouts' },
      options: { name: 'whom' },
      operands: 'words',
      load: () =>
        Promise.resolve({
          run: (flags, operands, options) => {
            seen.push({ flags: { ...flags }, operands, options: { ...options } });
            return Promise.resolve(0);
          },
        }),
    },
  };
  const run = async (...args: string[]) => [await cli(['greet', ...args], commands), seen.pop()?.options.name];

  test.each(['plain', '-dash', '--dashes', '-', '--', '--loudly', ''])('may be %j', async (value) => {
    expect(await run('a', '--name', value, '--loud')).toEqual([0, value]);
    expect(await run('a', `--name=${value}`)).toEqual([0, value]);
  });

  test('is not the name of another option', async () => {
    expect((await run('a', '--name', '--loud'))[0]).toBe(64);
    expect((await run('a', '--name', '--name=x'))[0]).toBe(64);
    expect((await run('a', '--name'))[0]).toBe(64);
  });

  test('is not taken from what stands behind --', async () => {
    expect(await cli(['greet', '--', '--name', '-x'], commands)).toBe(0);
    expect(seen.pop()?.operands).toEqual(['--name', '-x']);
  });
});

test('a bad configuration is status 78, anything else 1; expected failures print their sentence only', async () => {
  expect(
    await cli(
      ['greet'],
      command(() => Promise.reject(new ConfigError(['PORT: wrong']))),
    ),
  ).toBe(78);
  expect(printed(errors)).toContain('PORT: wrong');
  expect(
    await cli(
      ['greet'],
      command(() => Promise.reject(new AppError('unavailable', 'The database is away.'))),
    ),
  ).toBe(1);
  expect(errors).toHaveBeenLastCalledWith('The database is away.');
});

test.each(Object.entries(COMMANDS))('%s can be loaded', async (_name, { load }) => {
  expect(typeof (await load()).run).toBe('function');
});
