import { type Config } from '#libs/core';
import { clickUpState } from '../../../gateway/src/clickup-check.js';
import { clockFinding, type Finding } from './finding.js';

const TIMEOUT_MS = 10_000;

/** Whether ClickUp answers, takes the token, and tells the same time. */
export async function checkClickUp(config: Config): Promise<Finding[]> {
  const { words, fix } = await clickUpState(config, TIMEOUT_MS);
  const findings: Finding[] = [{ what: 'ClickUp', words, fix }];
  const answer = await get(`${config.CLICKUP_API_URL}/api/v2/user`);
  if (typeof answer === 'string') {
    // With a token the first finding says so already.
    if (!config.CLICKUP_API_TOKEN)
      findings.push({
        what: 'ClickUp',
        words: `${new URL(config.CLICKUP_API_URL).host} does not answer: ${answer}`,
        fix: 'Look whether this machine may reach it (firewall, proxy, DNS), and at https://status.clickup.com',
      });
    return findings;
  }
  const date = new Date(answer.headers.get('date') ?? '');
  return Number.isNaN(date.getTime()) ? findings : [...findings, clockFinding('ClickUp', date)];
}

/** From outside in: whether the public URL leads to a gateway, and to one that knows its own name. */
export async function checkPublicUrl({ BASE_URL, PORT }: Config): Promise<Finding[]> {
  const base = BASE_URL ?? `http://localhost:${PORT}`;
  const found = (words: string, fix?: string): Finding[] => [{ what: 'public URL', words, fix }];
  const live = await get(`${base}/health/live`);
  if (typeof live === 'string')
    return BASE_URL
      ? found(
          `${base} does not answer: ${live}`,
          'Start the gateway, then let DNS, the firewall and the proxy lead from BASE_URL to it',
        )
      : found(
          `BASE_URL is not set, and no gateway runs at ${base}: once it runs, programs on this machine can connect`,
        );
  const status = (await live.json().catch(() => undefined)) as { status?: string } | undefined;
  if (!live.ok || status?.status !== 'ok')
    return found(
      `${base}/health/live answers ${live.status}, not as a gateway does`,
      'Let the proxy pass every path of BASE_URL to the gateway, unchanged',
    );
  const ready = await get(`${base}/health/ready`);
  if (typeof ready !== 'string' && !ready.ok) {
    const { error } = (await ready.json().catch(() => ({}))) as { error?: { message?: string } };
    return found(`the gateway runs, but is not ready: ${error?.message ?? ready.status}`, 'Mend what is said above');
  }
  const document = await get(`${base}/.well-known/oauth-protected-resource/mcp`);
  const { resource } = (typeof document === 'string' ? {} : await document.json().catch(() => ({}))) as {
    resource?: string;
  };
  if (resource !== `${base}/mcp`)
    return found(
      `the gateway behind ${base} calls itself ${resource ?? 'nothing'}, so clients refuse to sign in`,
      `Set its BASE_URL to ${base}, let the proxy pass /.well-known/ too, and restart`,
    );
  return found(BASE_URL ? `${base} leads to a gateway of that name` : `a gateway runs at ${base}; BASE_URL is not set`);
}

/** The answer, or why there is none. */
async function get(url: string): Promise<Response | string> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { cause, message } = error as Error;
    return cause instanceof Error ? cause.message || String((cause as NodeJS.ErrnoException).code) : message;
  }
}
