import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { describeIf } from '../support/needs.js';

const RULES = resolve('docker/observability/alerts.yaml');
const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] };
const alerts = groups.flatMap(({ rules }) => rules);

interface Rule {
  alert: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Values of series minute by minute, as promtool writes them: `0+1x60` grows by one for an hour, `_` is none. */
type Series = Readonly<Record<string, string>>;

const CALLS = 'mcp_tool_calls_total{instance="a",tool="get_task",outcome="ok"}';
const LET_IN = 'gateway_requests_let_in_total{instance="a",kind="session"}';
const errors = (code: string) => `gateway_errors_total{instance="a",code="${code}"}`;
const outcome = (word: string) => `mcp_tool_calls_total{instance="a",tool="get_task",outcome="${word}"}`;
const ended = (ending: string) => `clickup_attempts_total{instance="a",verb="get",ending="${ending}"}`;
const added = (le: string) => `mcp_tool_call_added_seconds_bucket{instance="a",le="${le}"}`;
const waited = (le: string) => `clickup_queue_seconds_bucket{instance="a",le="${le}"}`;
/** Calls of which a part is slower than 50 ms, and all than 100 ms. */
const slow = (ofThousand: number): Series => ({
  [added('0.05')]: `0+${1000 - ofThousand}x600`,
  [added('0.1')]: `0+${1000 - ofThousand}x600`,
  [added('0.25')]: '0+1000x600',
  [added('+Inf')]: '0+1000x600',
  'mcp_tool_call_added_seconds_count{instance="a"}': '0+1000x600',
});
const steady = { [LET_IN]: '0+1000x600', [CALLS]: '0+1000x600' };

/** For each alert: figures for which it fires, and others, near to them, for which it does not. What is told is of the minute 500. */
const FIGURES: Readonly<Record<string, { fires: readonly Series[]; quiet: readonly Series[] }>> = {
  GatewayErrors: {
    // The first one of a tool, too, whose series begins with it.
    fires: [{ [errors('internal_error')]: '0x498 1x10' }, { [outcome('internal_error')]: '_x498 1x10' }],
    quiet: [{ [errors('unavailable')]: '0+1x600' }, { [outcome('internal_error')]: '3x600' }],
  },
  GatewayUnavailable: {
    fires: [{ ...steady, [errors('unavailable')]: '0+20x600' }],
    quiet: [{ ...steady, [errors('unavailable')]: '0+5x600' }],
  },
  GatewaySlow: { fires: [slow(20)], quiet: [slow(2)] },
  EventLoopLate: {
    fires: [{ 'nodejs_eventloop_lag_p99_seconds{instance="a"}': '0.3x600' }],
    quiet: [{ 'nodejs_eventloop_lag_p99_seconds{instance="a"}': '0.1x600' }],
  },
  DatabaseConnectionsWanted: {
    fires: [{ 'database_connections_wanted{instance="a"}': '1x600' }],
    quiet: [{ 'database_connections_wanted{instance="a"}': '0x498 1x10' }],
  },
  ClickUpQueue: {
    fires: [{ [waited('10')]: '0+8x600', [waited('20')]: '0+10x600', [waited('+Inf')]: '0+10x600' }],
    quiet: [{ [waited('10')]: '0+10x600', [waited('20')]: '0+10x600', [waited('+Inf')]: '0+10x600' }],
  },
  ClickUpThrottles: {
    fires: [{ [ended('2xx')]: '0+98x600', [ended('429')]: '0+2x600' }],
    quiet: [{ [ended('2xx')]: '0+999x600', [ended('429')]: '0+1x600' }],
  },
  ClickUpDown: {
    fires: [{ [ended('2xx')]: '0+7x600', [ended('5xx')]: '0+2x600', [ended('no_answer')]: '0+1x600' }],
    quiet: [{ [ended('2xx')]: '0+9x600', [ended('5xx')]: '0+1x600' }],
  },
  UnknownOutcomes: {
    fires: [{ [outcome('unknown_outcome')]: '_x480 1x30' }, { [outcome('unknown_outcome')]: '1x480 2x30' }],
    quiet: [{ [outcome('unknown_outcome')]: '1x600' }],
  },
  CredentialsGuessed: {
    fires: [{ 'gateway_credentials_refused_total{instance="a",kind="session"}': '0+90x600' }],
    quiet: [{ 'gateway_credentials_refused_total{instance="a",kind="session"}': '0+30x600' }],
  },
  ScopeViolation: {
    fires: [{ 'mcp_scope_violations_total{instance="a",tool="update_task"}': '_x480 1x30' }],
    quiet: [{ 'mcp_scope_violations_total{instance="a",tool="update_task"}': '1x600' }],
  },
  LogLinesDropped: {
    fires: [{ 'log_lines_dropped_total{instance="a"}': '0x495 7x10' }],
    quiet: [{ 'log_lines_dropped_total{instance="a"}': '7x600' }],
  },
  MasterKeyWornOut: {
    fires: [{ 'vault_seals_total{instance="a"}': '300000000x600', 'vault_seals_total{instance="b"}': '200000000x600' }],
    quiet: [{ 'vault_seals_total{instance="a"}': '300000000x600' }],
  },
  SpansDropped: {
    fires: [{ 'gateway_spans_dropped_total{instance="a"}': '0+5x600' }],
    quiet: [{ 'gateway_spans_dropped_total{instance="a"}': '5x600' }],
  },
  ChangesUnheard: {
    fires: [{ 'gateway_hears_changes{instance="a"}': '1x600', 'gateway_hears_changes{instance="b"}': '0x600' }],
    quiet: [{ 'gateway_hears_changes{instance="a"}': '1x600' }],
  },
  // Each by HTTP alone, by tools alone: what never happened has no series.
  AvailabilityBurnsFast: {
    fires: [
      { ...steady, [errors('internal_error')]: '0+20x600' },
      { ...steady, [outcome('unavailable')]: '0+20x600' },
    ],
    quiet: [
      { ...steady, [errors('internal_error')]: '0+10x600' },
      // It is over.
      { ...steady, [errors('internal_error')]: '0+50x480 24000x30' },
      steady,
    ],
  },
  AvailabilityBurnsSlowly: {
    fires: [
      { ...steady, [errors('internal_error')]: '0+10x600' },
      { ...steady, [outcome('internal_error')]: '0+10x600' },
    ],
    quiet: [{ ...steady, [errors('internal_error')]: '0+5x600' }, steady],
  },
  AddedLatencyBurnsFast: { fires: [slow(150)], quiet: [slow(100)] },
  AddedLatencyBurnsSlowly: { fires: [slow(70)], quiet: [slow(50)] },
  RevocationBurnsFast: {
    fires: [{ 'gateway_hears_changes{instance="a"}': '1x495 0x10' }],
    quiet: [{ 'gateway_hears_changes{instance="a"}': '0x480 1x30' }],
  },
  RevocationBurnsSlowly: {
    fires: [{ 'gateway_hears_changes{instance="a"}': '1x480 0x10 1x30' }],
    quiet: [{ 'gateway_hears_changes{instance="a"}': '1x600' }],
  },
};

test('each alert has figures for which it fires', () => {
  expect(Object.keys(FIGURES).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

describeIf(spawnSync('promtool', ['--version']).status === 0, 'promtool (apt-get install prometheus)')(
  'for Prometheus',
  () => {
    let folder: string;
    beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'clickup-mcp-alerts-'))));
    afterAll(() => rmSync(folder, { recursive: true }));
    const promtool = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
      return { status, said: stdout + stderr };
    };

    test('the rules and the configuration are sound', () => {
      expect(promtool('check', 'rules', RULES)).toMatchObject({ status: 0 });
      const config = resolve('docker/observability/prometheus.yaml');
      expect(promtool('check', 'config', config)).toMatchObject({ status: 0 });
    });

    /** What is wrong where an alert is to fire for these figures, or not to. Each is tried with its own rule alone: promtool asks all that it is given at every minute. */
    const tried = (rules: readonly Rule[], isExpected = true) => {
      const files = rules.map((rule) => {
        const { alert, labels, annotations } = rule;
        const { fires, quiet } = FIGURES[alert]!;
        const of = (input: Series, expected: object[]) => ({
          interval: '1m',
          input_series: Object.entries(input).map(([series, values]) => ({ series, values })),
          alert_rule_test: [{ eval_time: '500m', alertname: alert, exp_alerts: expected }],
        });
        const told = [{ exp_labels: labels, exp_annotations: annotations }];
        const tests = [
          ...fires.map((figures) => of(figures, isExpected ? told : [])),
          ...quiet.map((figures) => of(figures, isExpected ? [] : told)),
        ];
        const [ruleFile, file] = [join(folder, `${alert}.yaml`), join(folder, `${alert}.test.yaml`)];
        writeFileSync(ruleFile, stringify({ groups: [{ name: alert, rules: [rule] }] }));
        writeFileSync(file, stringify({ rule_files: [ruleFile], evaluation_interval: '1m', tests }));
        return file;
      });
      return promtool('test', 'rules', ...files);
    };

    test('each fires for what it is about, and not for less', () => {
      expect(tried(alerts)).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
    });

    test('one that does not fire would be found', () => {
      expect(tried(alerts.slice(0, 1), false)).toMatchObject({
        status: 1,
        said: expect.stringContaining('GatewayErrors'),
      });
    });
  },
);
