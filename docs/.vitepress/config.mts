// The site of the documents: the pages as they are in the repository, in the order of apps/cli/src/site/pages.ts. `npm run site` builds it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { anchorOf } from '../../apps/cli/src/site/headings.js';
import { titleOf } from '../../apps/cli/src/site/llms.js';
import { SECTIONS } from '../../apps/cli/src/site/pages.js';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = SECTIONS.flatMap(({ pages }) => pages);
/** The page that GitHub shows for a folder is the index of that folder here. */
const indexed = (path: string) => path.replace(/(^|\/)README\.md$/, '$1index.md');

/** A token of markdown-it, as far as it matters here. */
interface Token {
  type: string;
  children: Token[] | null;
  content: string;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

/** What VitePress hands over of markdown-it. */
interface Markdown {
  set(options: { html: boolean }): void;
  core: {
    ruler: {
      before(beside: string, name: string, rule: (state: { src: string }) => void): void;
      push(name: string, rule: (state: { tokens: Token[]; env: { path: string } }) => void): void;
    };
  };
}

/** Where a link of a page leads on the site; undefined: to a file that is no page, and so nowhere. */
function target(href: string, page: string): string | undefined {
  if (/^(?:[a-z]+:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const to = join(dirname(page), path);
  if (!PAGES.includes(to)) {
    if (!existsSync(join(ROOT, to))) return href; // VitePress says that it is dead.
    return undefined;
  }
  return indexed(path) + (anchor === undefined ? '' : `#${anchor}`);
}

/** Links to pages lead to pages; those to other files of the repository keep their words, and lead nowhere. */
function retarget(children: Token[], page: string): void {
  let leads = true; // No link stands in another.
  for (const token of children) {
    const to = token.type === 'link_open' ? target(token.attrGet('href') ?? '', page) : undefined;
    if (token.type === 'link_open') leads = to !== undefined;
    if (to !== undefined) token.attrSet('href', to);
    else if (!leads && /^link_/.test(token.type))
      Object.assign(token, { type: 'text', content: '', tag: '', nesting: 0 });
  }
}

export default {
  title: 'ClickUp MCP Gateway',
  description: 'A self-hosted gateway that lets AI clients work in ClickUp through the Model Context Protocol',
  lang: 'en',
  srcDir: '../',
  srcExclude: ['{.*,apps,bench,coverage,data,dist,docker,libs,node_modules,scripts,test}/**'],
  outDir: '../.cache/site',
  cacheDir: '../.cache/vitepress/cache',
  rewrites: { 'README.md': 'index.md', 'docs/clients/README.md': 'docs/clients/index.md' },
  // Pages are files that any server can serve as they are.
  cleanUrls: false,
  // Nothing is fetched from elsewhere: no font, no icon, no script.
  head: [
    ['link', { rel: 'icon', href: 'data:,' }],
    ['style', {}, '.vp-doc td { min-width: 7em; vertical-align: top; }'],
  ],
  markdown: {
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    config(md: Markdown) {
      // `<token>` in a text is a word of it, and no HTML; remarks for those who edit a page are not shown.
      md.set({ html: false });
      md.core.ruler.before('normalize', 'remarks', (state) => {
        state.src = state.src.replace(/^<!--[^]*?-->$/gm, '');
      });
      md.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
        const page = relative(ROOT, env.path).replaceAll('\\', '/');
        for (const { children } of tokens) if (children) retarget(children, page);
      });
    },
  },
  /** For models that look for it at the root, with links to the pages as they are here. */
  buildEnd({ outDir }: { outDir: string }) {
    const text = readFileSync(join(ROOT, 'llms.txt'), 'utf8');
    writeFileSync(
      join(outDir, 'llms.txt'),
      text.replace(/\]\(([^)]+)\.md\)/g, (_, page: string) => `](${indexed(`${page}.md`).replace(/md$/, 'html')})`),
    );
  },
  themeConfig: {
    nav: [],
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    sidebar: SECTIONS.map(({ title, pages }) => ({
      text: title,
      collapsed: ['Develop', 'Decisions'].includes(title),
      items: pages.map((page) => ({
        text: page === 'README.md' ? 'What it is' : titleOf(readFileSync(join(ROOT, page), 'utf8')),
        link: `/${indexed(page)
          .replace(/(^|\/)index\.md$/, '$1')
          .replace(/\.md$/, '')}`,
      })),
    })),
  },
};
