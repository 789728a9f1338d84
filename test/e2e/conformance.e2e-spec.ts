import { MCP_EXTENSION } from '#libs/mcp';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { FIXTURES } from '../support/conformance/fixtures.js';
import { fetchSuite, runSuite, type Suite } from '../support/conformance/suite.js';
import { describeIf } from '../support/needs.js';

/** By revision: how many scenarios it demands, which of them a server without requests to the client cannot pass, and which checks it leaves out by right. */
const REVISIONS = [
  { revision: '2026-07-28', demanded: 37, failing: [], skipped: [] },
  { revision: '2025-11-25', demanded: 30, failing: ['elicitation-sep1034-defaults', 'elicitation-sep1330-enums', 'tools-call-elicitation', 'tools-call-sampling'], skipped: [] },
];

const suite = fetchSuite();

describeIf(suite !== undefined, 'the official conformance suite from the package registry (node test/support/conformance/fetch.mjs)')('the official conformance suite', () => {
  let app: TestApp;
  beforeAll(async () => (app = await startTestApp({ extras: [{ provide: MCP_EXTENSION, useValue: FIXTURES }] })));
  afterAll(() => app?.close());

  it.each(REVISIONS)(
    'of $revision is passed',
    async ({ revision, demanded, failing, skipped }) => {
      // The suite cannot send headers of ours, so the key travels in the URL.
      const { required, scenarios } = await runSuite(suite as Suite, `${app.url}/mcp?apiKey=${WRITE_KEY}`, revision);
      console.log(JSON.stringify([...scenarios].map(([n,s])=>[n,s.succeeded.length,s.skipped,s.failed]),null,0).replaceAll('],["','],\n["'));
      expect(required.length).toBe(demanded);
    },
    120_000,
  );
});
