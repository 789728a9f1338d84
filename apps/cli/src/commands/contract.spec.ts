import { OPERATIONS } from '#libs/clickup';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../cli.js';
import { readOperations } from '../contract/documents.js';
import { driftOf } from '../contract/drift.js';

const parameter = (where: string, name: string, type: string, required = false) => ({
  name,
  in: where,
  required,
  schema: { type },
});
type Operation = Record<string, unknown> & { parameters?: ReturnType<typeof parameter>[] };
type Paths = Record<string, Record<string, Operation>>;

/** The Folder operations of ClickUp's document, as far as rows are compared with it. */
const PATHS = (): Paths => ({
  '/v2/space/{space_id}/folder': {
    get: {
      operationId: 'GetFolders',
      parameters: [parameter('path', 'space_id', 'number', true), parameter('query', 'archived', 'boolean')],
    },
    post: {
      operationId: 'CreateFolder',
      parameters: [parameter('path', 'space_id', 'number', true)],
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['name'],
              properties: { name: { type: 'string' }, parent_folder_id: { type: 'string' } },
            },
          },
        },
      },
    },
  },
  '/v2/folder/{folder_id}': {
    delete: { operationId: 'DeleteFolder', parameters: [parameter('path', 'folder_id', 'number', true)] },
  },
});
const ROWS = OPERATIONS.filter(({ id }) => ['GetFolders', 'CreateFolder', 'DeleteFolder'].includes(id));
const documentOf = (change: (paths: Paths) => void = () => undefined): string => {
  const paths = PATHS();
  change(paths);
  return JSON.stringify({ servers: [{ url: 'https://api.clickup.com/api' }], paths });
};
const drift = (change?: (paths: Paths) => void, deviations: Parameters<typeof driftOf>[2] = []) =>
  driftOf(ROWS, readOperations(documentOf(change)), deviations);
const NONE = { added: [], gone: [], changed: [], settled: [] };

test('the same document is no drift', () => expect(drift()).toEqual(NONE));

test.each<[string, (paths: Paths) => void, Partial<ReturnType<typeof drift>>]>([
  [
    'a new operation',
    (paths) => void (paths['/v2/folder/{folder_id}']!.put = { operationId: 'MoveFolder' }),
    { added: ['MoveFolder: PUT /api/v2/folder/{folder_id}'] },
  ],
  [
    'an operation gone',
    (paths) => void delete paths['/v2/folder/{folder_id}'],
    { gone: ['DeleteFolder: DELETE /api/v2/folder/{folder_id}'] },
  ],
  [
    'a new parameter',
    (paths) => void paths['/v2/space/{space_id}/folder']!.get!.parameters!.push(parameter('query', 'limit', 'integer')),
    { changed: ['GetFolders: query.limit is new in the document'] },
  ],
  [
    'a parameter gone',
    (paths) => void paths['/v2/space/{space_id}/folder']!.get!.parameters!.pop(),
    { changed: ['GetFolders: query.archived is no longer documented'] },
  ],
  [
    'a parameter of another type',
    (paths) => void (paths['/v2/space/{space_id}/folder']!.get!.parameters![1]!.schema.type = 'string'),
    { changed: ['GetFolders: query.archived: the document says string, our row says boolean'] },
  ],
  [
    'a parameter made required',
    (paths) => void (paths['/v2/space/{space_id}/folder']!.get!.parameters![1]!.required = true),
    { changed: ['GetFolders: query.archived: the document says required, our row says optional'] },
  ],
  [
    'another method',
    (paths) => void (paths['/v2/folder/{folder_id}'] = { post: paths['/v2/folder/{folder_id}']!.delete! }),
    { changed: ['DeleteFolder: method: the document says POST, our row says DELETE'] },
  ],
])('%s is told in words', (_, change, told) => expect(drift(change)).toEqual({ ...NONE, ...told }));

test('a deviation explains, and is named once it explains nothing', () => {
  const deviation = {
    operation: 'GetFolders',
    where: 'query.archived',
    ours: 'boolean',
    documented: 'string',
    reason: 'made up',
  };
  expect(
    drift(
      (paths) => void (paths['/v2/space/{space_id}/folder']!.get!.parameters![1]!.schema.type = 'string'),
      [deviation],
    ),
  ).toEqual(NONE);
  expect(drift(undefined, [deviation]).settled).toEqual([
    'GetFolders: query.archived: no deviation any more (boolean)',
  ]);
});

test('rows of an API version whose document was not given are not missed', () => {
  const { gone } = driftOf(OPERATIONS, readOperations(documentOf()), []);
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.filter((line) => line.includes('/api/v3/'))).toEqual([]);
});

describe('the command', () => {
  let lines: jest.SpyInstance;
  let errors: jest.SpyInstance;
  let folder: string;
  beforeEach(async () => {
    lines = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    errors = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    folder = await mkdtemp(join(tmpdir(), 'clickup-mcp-contract-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });
  const printed = () => lines.mock.calls.flat().join('\n');

  test('reads a file, tells, and ends with status 1', async () => {
    const file = join(folder, 'newer.json');
    await writeFile(
      file,
      documentOf(
        (paths) =>
          void paths['/v2/space/{space_id}/folder']!.get!.parameters!.push(parameter('query', 'limit', 'integer')),
      ),
    );
    expect(await cli(['contract', file])).toBe(1);
    expect(printed()).toMatch(/Changed operations \(1\):\n {2}GetFolders: query\.limit is new in the document/);
    expect(printed()).toMatch(/no longer documented \(\d+\)/);
  });

  test('reads a URL', async () => {
    const server = createServer((_, response) => response.end(documentOf()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
    expect(await cli(['contract', url])).toBe(1);
    expect(printed()).toContain('3 documented operations');
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ['missing.json', null, /cannot be read/],
    ['text.json', 'no JSON', /not an OpenAPI document/],
    ['other.json', '{}', /not an OpenAPI document/],
  ])('%s is refused with a sentence', async (name, content, problem) => {
    if (content !== null) await writeFile(join(folder, name), content);
    expect(await cli(['contract', join(folder, name)])).toBe(1);
    expect(errors.mock.calls.flat().join('\n')).toMatch(problem);
  });

  test('without a document it is a usage error', async () => expect(await cli(['contract'])).toBe(64));
});
