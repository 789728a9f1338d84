import { renderConfigMap, renderConfiguration, renderEnvExample, renderErrors } from '#libs/core';
import { renderTools } from '#libs/tools';
import { renderRights } from '#libs/web';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderColumns } from '../../gateway/src/database/columns.js';
import { renderMetrics } from '../../gateway/src/metrics/render-metrics.js';
import { renderBundleManifest, renderMarketplace, renderPlugin, renderRegistryEntry } from './installs/manifests.js';
import { renderLicences } from './licences.js';
import { renderLlms } from './site/llms.js';

/** A committed file that the code renders. */
export interface Document {
  /** From the root of the repository. */
  path: string;
  render: () => string;
}

/** Every generated document: `npm run docs` writes them, test/laws/docs.spec.ts holds them to what the code renders now. */
export const DOCUMENTS: readonly Document[] = [
  { path: 'docs/tools.md', render: renderTools },
  { path: 'docs/configuration.md', render: renderConfiguration },
  { path: 'docs/errors.md', render: renderErrors },
  { path: 'docs/storage-columns.md', render: renderColumns },
  { path: 'docs/metrics.md', render: renderMetrics },
  { path: 'docs/rights.md', render: renderRights },
  { path: 'docs/licences.md', render: renderLicences },
  { path: '.env.example', render: renderEnvExample },
  { path: 'server.json', render: renderRegistryEntry },
  { path: 'scripts/mcpb/manifest.json', render: renderBundleManifest },
  { path: 'scripts/claude-plugin/.claude-plugin/plugin.json', render: renderPlugin },
  { path: '.claude-plugin/marketplace.json', render: renderMarketplace },
  { path: 'docker/kubernetes/base/configmap.yaml', render: renderConfigMap },
  // The last one: it reads the others.
  { path: 'llms.txt', render: renderLlms },
];

const textOf = ({ render }: Document) => `${render().trimEnd()}\n`;

/** Paths of the documents that are missing in `root` or differ from what the code renders. */
export async function staleDocuments(root: string): Promise<string[]> {
  const checked = await Promise.all(
    DOCUMENTS.map(async (document) => ({
      document,
      written: await readFile(join(root, document.path), 'utf8').catch(() => undefined),
    })),
  );
  // A checkout on Windows may have other line ends.
  return checked
    .filter(({ document, written }) => written?.replaceAll('\r\n', '\n') !== textOf(document))
    .map(({ document }) => document.path);
}

/** Writes every document below `root`, one after the other. */
export async function writeDocuments(root: string): Promise<void> {
  for (const document of DOCUMENTS) await writeFile(join(root, document.path), textOf(document));
}
