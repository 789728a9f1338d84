import { VENDORS } from '#libs/core';
import { readdirSync, readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** Laid out in one way, so that a document may break its lines elsewhere than we do. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ');
const labels = (those: typeof VENDORS) => those.map(({ label }) => label);
const enumerated = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const pageOf = (label: string) =>
  read(`docs/clients/${label === 'VS Code' ? 'vscode' : label.toLowerCase().replaceAll(' ', '-')}.md`);
const connecting = read('docs/connecting.md');
const withKeys = VENDORS.filter(({ setup }) => setup);

test('every vendor has a name of its own', () => expect(new Set(labels(VENDORS)).size).toBe(VENDORS.length));

test.each(withKeys)('its page shows how $label is connected with a key', ({ label, setup }) => {
  const { file, text } = setup!('https://clickup.example.com/mcp', 'KEY');
  const [, withKey = ''] = pageOf(label).split('\n## Connect with a key\n');
  const [, before, block = ''] = /^(.*?)```\w+\n(.*?)\n```/s.exec(withKey) ?? [];
  expect(oneLine(block)).toBe(oneLine(text));
  if (file !== undefined) expect(before).toContain(`\`${file}\``);
});

test.each(VENDORS.filter(({ server }) => server))(
  'its page shows how $label is connected by a server URL',
  (vendor) => {
    const { file, text } = vendor.server!('https://clickup.example.com/mcp/cuu_ID:SECRET');
    const [, section = ''] = pageOf(vendor.label).split('\n## Connect with a server URL\n');
    const [, before, block = ''] = /^(.*?)```\w+\n(.*?)\n```/s.exec(section) ?? [];
    const read = (code: string): unknown => (code.startsWith('{') ? JSON.parse(code) : code);
    expect(read(block)).toEqual(read(text));
    if (file !== undefined) expect(before).toContain(`\`${file}\``);
  },
);

test.each(VENDORS.filter(({ install }) => install))('its page shows the link that adds it to $label', (vendor) => {
  const [, section = ''] = pageOf(vendor.label).split('\n## Connect by OAuth\n');
  expect(section).toContain(`\n${vendor.install!('https://clickup.example.com/mcp')}\n`);
});

test('the links say what the clients read: a name, the address, and nothing else', () => {
  const url = 'https://clickup.example.com/ä?b&c="d"';
  const linkOf = (name: string) => VENDORS.find(({ label }) => label === name)!.install!(url);
  const cursor = new URL(linkOf('Cursor'));
  expect([cursor.protocol, cursor.host, cursor.pathname]).toEqual([
    'cursor:',
    'anysphere.cursor-deeplink',
    '/mcp/install',
  ]);
  expect([...cursor.searchParams.keys()]).toEqual(['name', 'config']);
  expect(JSON.parse(Buffer.from(cursor.searchParams.get('config')!, 'base64').toString())).toEqual({ url });
  const code = new URL(linkOf('VS Code'));
  expect([code.protocol, code.pathname]).toEqual(['vscode:', 'mcp/install']);
  expect(JSON.parse(decodeURIComponent(code.search.slice(1)))).toEqual({ name: 'clickup', type: 'http', url });
});

test.each(VENDORS.filter(({ local }) => local))('its page shows how $label starts it itself', ({ label, local }) => {
  const [, without = ''] = pageOf(label).split('\n## Without a gateway\n');
  const [, before, block = ''] = /^(.*?)```\w+\n(.*?)\n```/s.exec(without) ?? [];
  const read = (code: string): unknown => (code.startsWith('{') ? JSON.parse(code) : code);
  expect(read(block)).toEqual(read(local!.text));
  if (local!.file !== undefined) expect(before).toContain(`\`${local!.file}\``);
  expect(connecting).toContain(
    `(clients/${label === 'VS Code' ? 'vscode' : label.toLowerCase().replaceAll(' ', '-')}.md#without-a-gateway)`,
  );
});

test('the index leads to every page', () => {
  const linked = new Set([...read('docs/clients/README.md').matchAll(/\]\(([\w-]+\.md)/g)].map(([, page]) => page));
  const pages = readdirSync(new URL('../../docs/clients/', import.meta.url)).filter((page) => page !== 'README.md');
  expect([...linked].sort()).toEqual(pages.sort());
});

test('what is ready to paste is named', () =>
  expect(connecting).toContain(`ready to paste for ${enumerated(labels(withKeys).concat('curl'))}. `));

test('whose redirect URIs are built in is named', () =>
  expect(connecting).toContain(
    `those of ${enumerated(labels(VENDORS.filter(({ redirectUris }) => redirectUris)))} and every loopback address are built in`,
  ));

test.each(VENDORS.filter(({ origins }) => origins))('how $label is connected stands on the start page', ({ label }) => {
  expect(read('libs/auth/src/consent/views/home.eta')).toContain(`<h3>${label}</h3>`);
  expect(pageOf(label)).toContain(`# ${label}\n`);
});
