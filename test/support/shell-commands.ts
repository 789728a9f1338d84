import { type Assignment, forEachChild, parse, type SyntaxNode } from 'unbash';

/** One command of a script, with its words as the shell would hand them over where they are known. */
export interface ShellCommand {
  /** Empty where it only sets variables. */
  name: string;
  args: string[];
  /** What it sets, for itself or for all that follows. */
  sets: { name: string; value: string }[];
}

/**
 * Every command of a script, those in $(…) too.
 * @throws Error where it is no script
 */
export function commandsOf(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Script' && node.errors?.length) throw new Error(JSON.stringify(node.errors));
    if (node.type === 'Command')
      commands.push({
        name: node.name?.value ?? '',
        args: node.args.flatMap((each) => (each.type === 'Word' ? [each.value] : [])),
        sets: [...node.prefix, ...node.suffix].flatMap((each) =>
          each.type === 'Assignment' ? [{ name: each.name, value: wordOf(each.value) }] : [],
        ),
      });
    forEachChild(node, visit);
  };
  visit(parse(script));
  return commands;
}

const wordOf = (value: Assignment['value']): string => (value.type === 'Word' ? value.value : '');
