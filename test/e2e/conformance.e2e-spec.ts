import { MCP_EXTENSION } from '#libs/mcp';
import { startTestApp, type TestApp, WRITE_KEY } from '../support/app.js';
import { type BearerProxy, startBearerProxy } from '../support/conformance/bearer-proxy.js';
import { FIXTURES } from '../support/conformance/fixtures.js';
import {
  type Check,
  fetchSuite,
  type Report,
  runAuthorizationSuite,
  runSuite,
  type Suite,
} from '../support/conformance/suite.js';
import { freePort } from '../support/free-port.js';
import { describeIf } from '../support/needs.js';
import { OAuthTester } from '../support/oauth.js';
import { Person } from '../support/person.js';

interface Expectation {
  revision: string;
  /** How many scenarios the revision demands of a server, so that a run without any does not pass. */
  demanded: number;
  /** Scenarios that the revision does not demand; the suite runs them and they pass. */
  besides: string[];
  /** By scenario: the checks that fail, all of them and no others. */
  failing: Record<string, string[]>;
  /** By scenario: the checks that the suite leaves out, because our server does not offer what they check. */
  skipped: Record<string, string[]>;
}

const EXPECTED: Expectation[] = [
  {
    revision: '2026-07-28',
    demanded: 37,
    besides: ['http-header-validation'],
    failing: {},
    // Our lists never change, and server/discover says so.
    skipped: {
      'server-stateless': [
        'sep-2575-server-sends-prompts-list-changed-on-subscription',
        'sep-2575-server-sends-tools-list-changed-on-subscription',
      ],
    },
  },
  {
    revision: '2025-11-25',
    demanded: 30,
    besides: [],
    failing: {
      // Requests from server to client need a session, and ours is stateless.
      'tools-call-sampling': ['tools-call-sampling'],
      'tools-call-elicitation': ['tools-call-elicitation'],
      'elicitation-sep1034-defaults': ['elicitation-sep1034-general'],
      'elicitation-sep1330-enums': ['elicitation-sep1330-general'],
      // Only a warning that there is no session to open the streams in; the suite counts it as passed.
      'server-sse-multiple-streams': ['server-sse-multiple-streams-session'],
    },
    skipped: {},
  },
];

const suite = fetchSuite();

describeIf(suite !== undefined, 'the official conformance suite, installed by node test/support/conformance/fetch.mjs')(
  'the official conformance suite',
  () => {
    let app: TestApp;
    let proxy: BearerProxy;
    beforeAll(async () => {
      app = await startTestApp({ extras: [{ provide: MCP_EXTENSION, useValue: FIXTURES }] });
      proxy = await startBearerProxy(app.url, WRITE_KEY);
    });
    afterAll(async () => {
      proxy?.close();
      await app?.close();
    });

    it.each(EXPECTED)(
      'passes for $revision, but for what needs a session',
      async ({ revision, demanded, besides, failing, skipped }) => {
        const report = await runSuite(suite as Suite, `${proxy.url}/mcp`, revision);
        expect(report.demanded).toHaveLength(demanded);
        const scenarios = [...report.demanded, ...besides];
        expect(complaints(report, scenarios, failing)).toEqual([]);
        expect(checksThat(report, scenarios, ['FAILURE', 'WARNING'])).toEqual(failing);
        expect(checksThat(report, scenarios, ['SKIPPED'])).toEqual(skipped);
      },
    );

    it('passes for authorization servers, with a person who approves on the pages', async () => {
      const port = await freePort();
      const { clientId } = await OAuthTester.registered(app, {
        client_name: 'Conformance suite',
        redirect_uris: [`http://127.0.0.1:${port}/callback`],
      });
      const issuer = app.url.replace('127.0.0.1', 'localhost');
      const report = await runAuthorizationSuite(
        suite as Suite,
        { issuer, clientId, resource: `${issuer}/mcp`, port },
        (link) => new Person(issuer).approve(link),
      );
      expect(report.demanded).toEqual(['authorization-server-metadata-endpoint', 'authorization-code-grant']);
      expect(complaints(report, report.demanded, {})).toEqual([]);
      expect(checksThat(report, report.demanded, ['SUCCESS'])).toEqual({
        'authorization-server-metadata-endpoint': [
          'authorization-server-metadata',
          'authorization-server-metadata-cimd',
        ],
        'authorization-code-grant': ['authorization-code-grant'],
      });
    }, 120_000);
  },
);

/** Why expected scenarios did not pass, in the words of the suite. */
function complaints({ checks }: Report, scenarios: string[], failing: Expectation['failing']): string[] {
  return scenarios
    .filter((scenario) => !(scenario in failing))
    .flatMap((scenario) => {
      const made = checks.get(scenario) ?? [];
      if (!made.some(({ status }) => status === 'SUCCESS')) return [`${scenario}: nothing was checked`];
      return made
        .filter(({ status }) => status === 'FAILURE' || status === 'WARNING')
        .map(({ id, errorMessage }) => `${scenario}: ${id}: ${errorMessage}`);
    });
}

/** Ids of the checks with one of these outcomes, by scenario; a scenario without any is left out. */
function checksThat({ checks }: Report, scenarios: string[], outcomes: Check['status'][]): Record<string, string[]> {
  const ids = (scenario: string) =>
    (checks.get(scenario) ?? []).filter(({ status }) => outcomes.includes(status)).map(({ id }) => id);
  return Object.fromEntries(
    scenarios.map((scenario) => [scenario, ids(scenario)] as const).filter(([, found]) => found.length > 0),
  );
}
