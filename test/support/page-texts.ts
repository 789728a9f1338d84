import { VENDORS } from '#libs/core';
import { type Page } from 'playwright-core';
import { CATALOGUES, type Language } from '../../libs/web/src/language.js';

/** What no catalogue holds, because it is the same in every language: names of things, signs, numbers. */
const NAMES = /^(?:ClickUp MCP Gateway|curl|pk_…|[\d\s·/,.:]+)$/;
const named = (text: string) => NAMES.test(text) || VENDORS.some(({ label }) => label === text);

/** A text of the catalogue with anything in the place of its values; two of them beside each other, as attributes join them. */
function pattern(text: string): string {
  return text
    .split(/\{\w+\}/)

    .map((part) =>
      part
        .replaceAll(/\s+/g, ' ')
        .trim()
        .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('.*');
}

const SPOKEN = new Map<Language, RegExp>();
function spoken(language: Language): RegExp {
  const known = SPOKEN.get(language);
  if (known) return known;
  const texts = Object.values(CATALOGUES[language]).map(pattern);
  const made = new RegExp(`^(?:${texts.join('|')})$`, 's');
  SPOKEN.set(language, made);
  return made;
}

/** It runs in the browser. */
const COLLECT = `(() => {
  const named = 'bdi, time, .name, .host, code, pre, [lang]:not(html)';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest(named) && node.parentElement.checkVisibility()) found.push(node.textContent);
  // "Remove: Engineering / Backend": what it does, and to what.
  for (const name of ['aria-label', 'placeholder', 'alt'])
    for (const element of document.querySelectorAll('[' + name + ']')) found.push(element.getAttribute(name).replace(/: .*$/s, ''));
  return found;
})()`;

/**
 * The texts of a page, shown or read aloud, that are not in the catalogue of its language. Names that people gave to something are left out:
 * they stand in `bdi`, `.name`, `.host` or `code`; and so are moments, in `time`.
 */
export async function foreignTexts(page: Page, language: Language): Promise<string[]> {
  const texts = await page.evaluate<string[]>(COLLECT);
  const [own, other] = [
    spoken(language),
    texts.flatMap((text) => text.split(' · ')).map((text) => text.replaceAll(/\s+/g, ' ').trim()),
  ];
  return [...new Set(other)].filter((text) => text !== '' && !named(text) && !own.test(text));
}
