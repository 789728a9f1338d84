import { type Tool } from './tool/tool.js';
import { CATALOGUE } from './catalogue.js';
import { wireTool } from './wire.js';

interface Property {
  type?: string;
  enum?: unknown[];
  items?: Property;
  maxLength?: number;
  maxItems?: number;
  description?: string;
}

const shape = ({ type, enum: values, items }: Property): string => {
  if (values) return values.map((value) => JSON.stringify(value)).join(', ');
  return items ? `list of ${items.type === 'object' ? 'objects' : shape(items)}` : (type ?? 'any');
};
const limit = ({ maxLength, maxItems }: Property): string =>
  [maxLength && `${maxLength} characters`, maxItems && `${maxItems} items`].filter(Boolean).join(', ');

function kind(
  { verb, annotations }: { verb: string; annotations: ReturnType<typeof wireTool>['annotations'] },
  confirms: boolean,
): string {
  return [
    annotations.readOnlyHint ? 'reads' : annotations.destructiveHint ? 'writes, destructive' : 'writes',
    `verb \`${verb}\``,
    ...(confirms ? ['shows what it would do first, then takes `confirm_token`'] : []),
  ].join('; ');
}

function section(tool: Tool): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = wireTool(tool);
  const required = new Set((inputSchema.required ?? []) as string[]);
  const rows = Object.entries(inputSchema.properties as Record<string, Property>).map(
    ([argument, property]) =>
      `| \`${argument}\` | ${shape(property)} | ${required.has(argument) ? 'yes' : ''} | ${[limit(property), property.description].filter(Boolean).join('; ')} |`,
  );
  const table = rows.length
    ? ['| argument | type | required | notes |', '|---|---|---|---|', ...rows]
    : ['No arguments.'];
  const fields = Object.keys(outputSchema.properties as object).map((field) => `\`${field}\``);
  return [
    `### ${name}`,
    '',
    `**${title}** (${kind({ verb: tool.verb, annotations }, 'confirm_token' in (inputSchema.properties as object))})`,
    '',
    description,
    '',
    ...table,
    '',
    `Answers: ${fields.join(', ')}.`,
  ].join('\n');
}

/** docs/tools.md, from the catalogue. */
export function renderTools(): string {
  const toolsets = [...new Set(CATALOGUE.map(({ toolset }) => toolset))].sort();
  const groups = toolsets.map((toolset) =>
    [`## ${toolset}`, ...CATALOGUE.filter((tool) => tool.toolset === toolset).map(section)].join('\n\n'),
  );
  const intro = `What each of the ${CATALOGUE.length} tools does, takes and answers. Generated from the catalogue in libs/tools. Ids may be given as id, custom id, URL, name or path; dates as ISO or in words, in your own time zone.`;
  return `${['# Tools', intro, ...groups].join('\n\n')}\n`;
}
