import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docker/observability/dashboards';

/** A panel of a dashboard for Grafana, as far as its picture shows it. */
export interface Panel {
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: readonly { expr: string; legendFormat: string }[];
  fieldConfig?: { defaults?: { unit?: string } };
}

export interface Dashboard {
  /** Its file, without the ending. */
  name: string;
  title: string;
  panels: readonly Panel[];
}

/** All dashboards of the repository. */
export const dashboards = (): Dashboard[] =>
  readdirSync(FOLDER).map((file) => ({
    ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Omit<Dashboard, 'name'>),
    name: file.replace('.json', ''),
  }));

/**
 * What a panel asks Prometheus, with Grafana's variables filled in: all tools.
 * @param rateInterval of `rate()`, as Prometheus writes it
 */
export const filled = (expression: string, rateInterval: string): string =>
  expression.replaceAll('$__rate_interval', rateInterval).replaceAll('$tool', '.*');
