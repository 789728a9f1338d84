import { readFileSync } from 'node:fs';
import { plain, withoutCode } from './headings.js';
import { SECTIONS } from './pages.js';

/** The title of a page: its first heading. */
export const titleOf = (markdown: string): string => plain(/^# (.+)$/m.exec(markdown)?.[1] ?? '');

/** How some pages begin: it says nothing of what they are about. */
const GENERATED = /^Generated from .+? by npm run docs[.:]\s*/;

/** What a page is about: the first sentence of its first paragraph, without marks and without how it is generated; empty if there is none. */
export function firstSentence(markdown: string): string {
  const paragraphs = withoutCode(markdown)
    .split(/\n{2,}/)
    .map((each) => plain(each).replace(GENERATED, ''));
  const first = paragraphs.find((each) => each !== '' && !/^(?:#|\||- |\d+\. |\()/.test(each)) ?? '';
  const sentence = /^[^]*?[.!?](?=\s+["“(]?[\p{Lu}/]|\s*$)/u.exec(first)?.[0] ?? first;
  return sentence.replaceAll('\n', ' ').replace(/:$/, '.');
}

/** llms.txt (llmstxt.org): what there is to read, for a model that looks for it. Reads the pages in the working directory. */
export function renderLlms(): string {
  const [about = '', ...lines] = SECTIONS.flatMap(({ title, pages }) => {
    const rows = pages.map((page) => {
      const text = readFileSync(page, 'utf8');
      return page === 'README.md'
        ? firstSentence(text)
        : `- [${titleOf(text)}](${page})${page.startsWith('docs/adr/') ? '' : `: ${firstSentence(text)}`}`;
    });
    return pages.includes('README.md')
      ? [rows[0]!, `## ${title}`, '', ...rows.slice(1), '']
      : [`## ${title}`, '', ...rows, ''];
  });
  return [`# ${titleOf(readFileSync('README.md', 'utf8'))}`, '', `> ${about}`, '', ...lines].join('\n');
}
