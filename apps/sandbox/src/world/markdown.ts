const RULES: readonly (readonly [RegExp, string])[] = [
  [/^#{1,6}[ \t]+/gm, ''],
  [/^[ \t]*[-*+][ \t]+(\[[ x]\][ \t]+)?/gm, ''],
  [/^[ \t]*\d+\.[ \t]+/gm, ''],
  [/^>\s?/gm, ''],
  [/```[^\n]*\n?/g, ''],
  [/!?\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/(\*\*|__)(.+?)\1/g, '$2'],
  [/(^|\W)[*_]([^*_\n]+)[*_](?=\W|$)/g, '$1$2'],
  [/`([^`]*)`/g, '$1'],
  [/~~(.+?)~~/g, '$1'],
];

/** What ClickUp shows as `description` and `text_content` of something written in Markdown: the words without their marks. */
export const flatten = (markdown: string): string =>
  RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), markdown).trim();
