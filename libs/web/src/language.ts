import { contributed, type ContributedFile } from './contributed.js';

/** The languages that pages speak; a library with an `i18n/` folder has a file of each there. */
const LANGUAGES = ['en', 'de'] as const;
/** A language the pages speak. */
export type Language = (typeof LANGUAGES)[number];

type Catalogue = Readonly<Record<string, string>>;

/**
 * The texts of all libraries by language. It runs when the process starts, so that a forgotten file is noticed then and not by a person
 * who asks for the page.
 * @param files `i18n/<language>.json` of all libraries
 * @throws Error when a folder lacks the file of a language or has one of a language that pages do not speak, or two libraries use a key
 */
export function cataloguesOf(files: readonly ContributedFile[]): Record<Language, Catalogue> {
  const foreign = files.find(({ name }) => !(LANGUAGES as readonly string[]).includes(name));
  if (foreign)
    throw new Error(
      `${foreign.url.pathname}: pages do not speak the language ${foreign.name}, so nobody would see these texts: add it to LANGUAGES in libs/web/src/language.ts, or remove the file`,
    );
  for (const folder of new Set(files.map(({ url }) => new URL('.', url).pathname)))
    for (const language of LANGUAGES)
      if (!files.some(({ url }) => url.pathname === `${folder}${language}.json`))
        throw new Error(
          `${folder}${language}.json is missing: a library with texts needs them in every language of pages`,
        );
  return Object.fromEntries(LANGUAGES.map((language) => [language, textsOf(language, files)])) as Record<
    Language,
    Catalogue
  >;
}

function textsOf(language: Language, files: readonly ContributedFile[]): Catalogue {
  const all: Record<string, string> = {};
  for (const { url, text } of files.filter(({ name }) => name === language)) {
    for (const [key, value] of Object.entries(JSON.parse(text) as Catalogue)) {
      if (key in all) throw new Error(`${url.pathname}: another library has a text ${key}`);
      all[key] = value;
    }
  }
  return all;
}

/** The texts of each language. */
export const CATALOGUES = cataloguesOf(contributed('i18n', '.json'));

/** The text of a key with `{name}` filled in. @throws Error for a key that is not in the catalogue */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** The best of our languages for an Accept-Language header (RFC 9110 section 12.5.4); English when it names none of them. */
export function languageOf(header: string | undefined): Language {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { language: tag.split('-')[0] ?? '', quality: quality === undefined ? 1 : Number(quality) || 0 };
    });
  const ours = wanted
    .filter(({ language, quality }) => Object.hasOwn(CATALOGUES, language) && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return (ours[0]?.language ?? 'en') as Language;
}

/** The texts of a language. */
export const translator =
  (language: Language): Translate =>
  (key, values = {}) => {
    const text = CATALOGUES[language][key];
    if (text === undefined) throw new Error(`no text for ${key} in ${language}`);
    return text.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(values[name] ?? ''));
  };
