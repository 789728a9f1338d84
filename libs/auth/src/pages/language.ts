import { readFileSync } from 'node:fs';

const read = (language: string) => JSON.parse(readFileSync(new URL(`../../i18n/${language}.json`, import.meta.url), 'utf8')) as Readonly<Record<string, string>>;
const CATALOGUES = { en: read('en'), de: read('de') };

/** A language the pages speak. */
export type Language = keyof typeof CATALOGUES;
/** The text of a key with `{name}` filled in. @throws Error for a key that is not in the catalogue */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The best of our languages for an Accept-Language header (RFC 9110 section 12.5.4); English when it names none of them. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '').slice(0, 500).split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(/\s*;\s*/);
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { language: tag.split('-')[0] ?? '', quality: quality === undefined ? 1 : Number(quality) || 0 };
  });
  const ours = wanted.filter(({ language, quality }) => Object.hasOwn(CATALOGUES, language) && quality > 0).sort((a, b) => b.quality - a.quality);
  return (ours[0]?.language ?? 'en') as Language;
}

export const translator = (language: Language): Translate => (key, values = {}) => {
  const text = CATALOGUES[language][key];
  if (text === undefined) throw new Error(`no text for ${key} in ${language}`);
  return text.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(values[name] ?? ''));
};
