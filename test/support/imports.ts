import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One import (or re-export) of a source file. */
export interface Import {
  from: string;
  /** The imported file; undefined for packages. */
  to: string | undefined;
  /** As it is written. */
  specifier: string;
  /** Whether nothing of it remains at run time. */
  typeOnly: boolean;
}

/** `import … from '…'` and `export … from '…'`, which Prettier always begins in the first column; and `import '…'`. */
const STATEMENT =
  /^(?:import|export) (type )?((?:[\w$]+, )?(?:\{[^}]*\}|\* as [\w$]+|\*)|[\w$]+) from '([^']+)'|^import '([^']+)'/gm;
/** `import('…')`, as a call at run time or as a type. */
const INLINE = /\bimport\('([^']+)'\)/g;

/** What a file imports. A plain reading of its text: the TypeScript compiler would take as long as all other laws together. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = (specifier: string, typeOnly: boolean): Import => ({
    from: file,
    to: resolve(file, specifier),
    specifier,
    typeOnly,
  });
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, names = '', from, bare]) =>
      found((from ?? bare)!, type !== undefined || isErased(names)),
    ),
    // Loaded later or a type: in neither case part of what has to be there when this file is loaded.
    ...[...text.matchAll(INLINE)].map(([, specifier]) => found(specifier!, true)),
  ];
}

/** `{ type A, type B }`: nothing remains at run time. */
const isErased = (names: string): boolean =>
  names.startsWith('{') &&
  names
    .slice(1, -1)
    .split(',')
    .every((name) => name.trim() === '' || name.trim().startsWith('type '));

function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('#libs/')) {
    const [, lib, ...deep] = specifier.split('/');
    return deep.length ? `libs/${lib}/${deep.join('/')}`.replace(/\.js$/, '.ts') : `libs/${lib}/src/index.ts`;
  }
  return specifier.startsWith('.') ? join(dirname(file), specifier).replace(/\.js$/, '.ts') : undefined;
}

/** Groups of nodes that reach each other, each with two members or more. (Tarjan's algorithm.) */
export function circles(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const number = order.size;
    order.set(node, number);
    lowest.set(node, number);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) lowest.set(node, Math.min(lowest.get(node)!, visit(next)));
      else if (open.includes(next)) lowest.set(node, Math.min(lowest.get(node)!, order.get(next)!));
    }
    if (lowest.get(node) === number) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1) found.push(circle.sort());
    }
    return lowest.get(node)!;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
