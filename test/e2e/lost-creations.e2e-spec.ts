import fc from 'fast-check';
import { startTestApp, type TestApp } from '../support/app.js';
import { callTool } from '../support/call-tool.js';
import { apiKey } from '../support/connect.js';

const LIST = '90144360426';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await startTestApp();
  ({ token } = await apiKey(app.gateway));
});
afterAll(() => app.close());

const call = (name: string, args: object): Promise<any> => callTool(app.url, token, name, args);

interface Row {
  index: number;
  outcome?: string;
  ref?: string;
}
const rowsOf = ({ columns, rows }: { columns: string[]; rows: unknown[][] }): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])) as unknown as Row);

let round = 0;
test('whichever answers are lost of many creations, with one name or several: no task is reported twice, none is reported that is not as asked, and none as failed that may exist', async () => {
  const Task = fc.record({
    name: fc.constantFrom('one name', 'another name'),
    priority: fc.constantFrom('high', 'low', undefined),
  });
  const Lost = fc.constantFrom('reset_before' as const, 'reset_after' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.array(Task, { minLength: 2, maxLength: 6 }),
      fc.array(Lost, { minLength: 1, maxLength: 4 }),
      async (tasks, lost) => {
        round += 1;
        const wanted = tasks.map(({ name, priority }) => ({ name: `${name} ${round}`, ...(priority && { priority }) }));
        app.sandbox.configure({ faults: lost.map((kind) => ({ operation: 'CreateTask', times: 1, kind })) });
        const { structuredContent: output, content } = await call('bulk_create_tasks', {
          list_id: LIST,
          tasks: wanted,
        });
        app.sandbox.configure({ faults: [] });
        const rows = rowsOf(output);
        const made = rows.filter(({ ref }) => ref);
        expect(new Set(made.map(({ ref }) => ref)).size).toBe(made.length);
        expect(output.created).toBe(made.length);
        expect(output.failed).toBeUndefined();
        expect(output.unknown ?? 0).toBe(tasks.length - made.length);
        expect(rows.filter(({ outcome }) => outcome === 'unknown').map(({ ref }) => ref ?? '')).toEqual(
          Array.from({ length: output.unknown ?? 0 }, () => ''),
        );
        if (output.unknown) expect(content[0].text).toContain(`${output.unknown} unknown`);
        for (const { ref, index } of made) {
          const task = (await call('get_task', { task_id: ref })).structuredContent;
          expect([task.name, task.priority]).toEqual([wanted[index]!.name, wanted[index]!.priority]);
        }
      },
    ),
    { numRuns: 12 },
  );
});
