const FENCE = /^( *)(`{3,}|~{3,})[^\n]*\n(?:[^]*?\n)?\1\2[ \t]*$/gm;

/** A page without its code blocks: what stands in them is no heading and no link. */
export const withoutCode = (markdown: string): string => markdown.replace(FENCE, '');

/**
 * The anchor of a heading, as GitHub makes it: the site makes its anchors by it, so that a link leads to the same place on both.
 * @param heading its text, without marks of Markdown
 */
export const anchorOf = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of a page, in its order; one that comes again has a number. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const anchor = anchorOf(plain(heading));
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before ? `${anchor}-${before}` : anchor;
  });
}

/** A line of Markdown as it is read: links by their text, without marks. */
export const plain = (markdown: string): string =>
  markdown.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
