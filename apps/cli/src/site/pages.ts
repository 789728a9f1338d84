/** A part of the documents, with its pages in the order in which one reads them: paths from the root of the repository. */
export interface Section {
  title: string;
  pages: readonly string[];
}

/** What is read in which order: the sidebar of the site, and llms.txt. test/laws/docs.spec.ts holds every page to a place here. */
export const SECTIONS: readonly Section[] = [
  { title: 'Begin', pages: ['README.md', 'docs/concepts.md', 'docs/faq.md', 'docs/migrating.md'] },
  {
    title: 'Connect',
    pages: [
      'docs/connecting.md',
      'docs/clients/README.md',
      'docs/clients/chatgpt.md',
      'docs/clients/claude.md',
      'docs/clients/claude-code.md',
      'docs/clients/cursor.md',
      'docs/clients/vscode.md',
      'docs/clients/codex.md',
      'docs/clients/gemini-cli.md',
      'docs/clients/windsurf.md',
      'docs/clients/zed.md',
      'docs/clients/n8n.md',
      'docs/clients/scripts.md',
      'docs/clients/inspector.md',
      'docs/clients/tunnel.md',
      'docs/tools.md',
      'docs/errors.md',
      'docs/limits.md',
      'docs/troubleshooting.md',
    ],
  },
  {
    title: 'What may be done',
    pages: ['docs/permissions.md', 'docs/policies.md', 'docs/approvals.md', 'docs/audit.md', 'docs/threat-model.md'],
  },
  {
    title: 'Operate',
    pages: [
      'docs/docker.md',
      'docs/kubernetes.md',
      'docs/cloudflare.md',
      'docs/operations.md',
      'docs/configuration.md',
      'docs/smoke.md',
      'docs/metrics.md',
      'docs/observability.md',
      'docs/reliability.md',
      'docs/slo.md',
      'docs/performance.md',
      'docs/budget.md',
      'docs/storage.md',
      'docs/storage-columns.md',
      'docs/admin.md',
      'docs/rights.md',
      'docs/console.md',
      'docs/billing.md',
      'SECURITY.md',
    ],
  },
  {
    title: 'Develop',
    pages: [
      'CONTRIBUTING.md',
      'ARCHITECTURE.md',
      'docs/sandbox.md',
      'docs/requirements.md',
      'docs/clickup-facts.md',
      'docs/licences.md',
      'CHANGELOG.md',
    ],
  },
  {
    title: 'Decisions',
    pages: [
      'docs/adr/0001-mcp-sdk-v2.md',
      'docs/adr/0002-embedded-postgresql.md',
      'docs/adr/0003-oidc-provider.md',
      'docs/adr/0004-esm-with-commonjs-in-jest.md',
      'docs/adr/0005-own-dispatch-for-two-methods.md',
      'docs/adr/0006-grants-lead-to-connections.md',
      'docs/adr/0007-pg-boss-for-jobs.md',
      'docs/adr/0008-tasks-extension.md',
      'docs/adr/0009-large-answers-in-steps.md',
      'docs/adr/0010-ledger-of-permits.md',
      'docs/adr/0011-one-bundle-is-started.md',
    ],
  },
];
