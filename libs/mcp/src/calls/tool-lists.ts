import { Permissions, type Policies } from '#libs/permissions';
import {
  CATALOGUE,
  inputSchemaOf,
  narrowed,
  type Offered,
  operationTools,
  type Schema,
  type Tool,
  wireTool,
} from '#libs/tools';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { type z } from 'zod';
import { limitInWords } from './limit-in-words.js';
import { type ExtensionTool, MCP_EXTENSION, type McpExtension } from './mcp-extension.js';
import { isOffered, withBarred, withheld } from './offered.js';

/** What tools/list answers under some policy layers. */
export interface ToolList {
  /** Those that can be called by name: the listed ones and the unlisted. */
  tools: ReadonlyMap<string, Offered>;
  /** The same as a list. */
  offered: readonly Offered[];
  wire: readonly Record<string, unknown>[];
  /** `wire` as JSON: the bytes are the same on every call. */
  json: string;
  /** The layers that calls are judged by: the operator's first, then the caller's, last what follows from disabled tools. */
  policies: Policies;
}

/** The part of a list that callers with the same tools and the same places share. */
type Shown = Pick<ToolList, 'tools' | 'offered' | 'wire' | 'json'>;
/** How many shared lists are kept. */
const MAX_SHAPES = 200;

/** Which tools a policy leaves, and how they look on the wire. A tool that could never succeed is not there at all (feature D3). */
@Injectable()
export class ToolLists {
  private readonly wired: readonly Wired[] = CATALOGUE.map((tool) => ({ tool, wire: wired(tool) }));
  /** The same and one tool per operation; made when somebody first asks for it. */
  private whole?: readonly Wired[];
  /** The shared lists by tools and places (their shape), the least recently used first. */
  private readonly shapes = new Map<string, Shown>();
  /** A caller's layers are one object that does not change, so its list is found without comparing anything. */
  private readonly known = new WeakMap<Policies, ToolList>();
  readonly extensionTools: ReadonlyMap<string, ExtensionTool>;

  constructor(
    private readonly permissions: Permissions,
    @Optional() @Inject(MCP_EXTENSION) extension?: McpExtension,
  ) {
    this.extensionTools = new Map(extension?.tools.map((tool) => [tool.wire.name, tool]));
  }

  /** @param granted a caller's own layers. Tools that need a scope which the token lacks are listed, so that the client can ask for it (MCP, step-up) */
  of(granted: Policies): ToolList {
    let list = this.known.get(granted);
    if (!list) this.known.set(granted, (list = this.make(granted)));
    return list;
  }

  private make(granted: Policies): ToolList {
    const layers = this.permissions.granted(granted);
    const policies = withBarred(layers);
    const limits = { read: limitInWords(layers, true), write: limitInWords(layers, false) };
    const all = isFull(layers) ? this.all() : this.wired;
    const offered = all.map(({ tool }) => (isOffered(tool, policies) ? withheld(tool, policies) : undefined));
    return { ...this.shown(all, offered, limits), policies };
  }

  private all(): readonly Wired[] {
    return (this.whole ??= [...this.wired, ...operationTools().map((tool) => ({ tool, wire: wired(tool) }))]);
  }

  /** @param offered per tool what is withheld of it; undefined = the whole tool */
  private shown(all: readonly Wired[], offered: readonly Withheld[], limits: Limits): Shown {
    const shape = JSON.stringify([offered, limits]);
    const shown = this.shapes.get(shape) ?? this.show(all, offered, limits);
    this.shapes.delete(shape);
    this.shapes.set(shape, shown);
    for (const oldest of this.shapes.keys()) {
      if (this.shapes.size <= MAX_SHAPES) break;
      this.shapes.delete(oldest);
    }
    return shown;
  }

  private show(all: readonly Wired[], offered: readonly Withheld[], limits: Limits): Shown {
    const entries = all.flatMap(({ tool, wire }, index) => {
      const lacks = offered[index];
      if (!lacks) return [];
      const schema = narrowed(inputSchemaOf(tool.input as z.ZodObject), lacks);
      return [{ tool, schema, wire: lacks.length ? wired(tool, schema) : wire }];
    });
    const wire = [
      ...entries.filter(({ tool }) => tool.listed !== false).map((entry) => limited(entry, limits)),
      ...[...this.extensionTools.values()].map((tool) => tool.wire),
    ];
    const granted = entries.map(({ tool, schema }): Offered => ({ tool, schema }));
    return {
      tools: new Map(granted.map((each) => [each.tool.name, each])),
      offered: granted,
      wire,
      json: JSON.stringify(wire),
    };
  }
}

type Withheld = readonly string[] | undefined;

interface Wired {
  tool: Tool;
  wire: Record<string, unknown>;
}

/** The smaller of what the layers say of how many tools are listed; where none says anything, the core. */
const isFull = (layers: Policies): boolean => {
  const said = layers.flatMap(({ profile }) => profile ?? []);
  return said.length > 0 && said.every((profile) => profile === 'full');
};

const wired = (tool: Tool, schema?: Schema) => wireTool(tool, schema) as unknown as Record<string, unknown>;

/** Where tools may read and write, in words; empty means everywhere. */
interface Limits {
  read: string;
  write: string;
}

function limited(
  { tool, wire }: { tool: Tool; wire: Record<string, unknown> },
  limits: Limits,
): Record<string, unknown> {
  const limit =
    wire.annotations && (wire.annotations as { readOnlyHint: boolean }).readOnlyHint ? limits.read : limits.write;
  // The search reads the gateway's own table of operations, so no place limits it.
  return limit && tool.name !== 'search_operations'
    ? { ...wire, description: `${String(wire.description)} ${limit}` }
    : wire;
}
