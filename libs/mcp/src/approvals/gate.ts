import { Approvals, type Asked, Readers } from '#libs/approvals';
import { operationById } from '#libs/clickup';
import { type Caller } from '#libs/connections';
import { AppError, isRead, type Risk, sha256 } from '#libs/core';
import { approveOf, type Policies, policyDigest } from '#libs/permissions';
import { type Preview, type Selection, stopJob, type Tool, type ToolContext, visible } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { canonical } from '../confirmations/canonical.js';
import { type Elicitation, type Question } from '../elicitation/elicitation.js';
import { alike } from './alike.js';
import { ApprovalQuestions, type Binding, spent } from './questions.js';

/** Arguments that the tool's schema has accepted; only the tool knows their types. */
type Input = Record<string, unknown>;

interface By {
  caller: Caller;
  policies: Policies;
}

/** What is said of a call: what to answer instead of acting, or with what to act. */
export interface Passed {
  /** The answer to give instead; nothing is changed then. */
  preview?: Record<string, unknown>;
  /** What the client is to ask its user instead of giving that answer. */
  question?: Question | undefined;
  /** The moment that words such as "tomorrow" are read from: that of what was approved. */
  now: number;
  selection?: Selection | undefined;
  /** The approval under which the call is carried out, or which it waits for. */
  approval?: string | undefined;
}

/**
 * Reading tools that give out nothing but names of places, and words of the gateway. Everything else may hold a text that somebody else
 * wrote: a description, a comment, a page, the name of a task.
 */
const WITHOUT_TEXTS: ReadonlySet<string> = new Set(['get_workspace_hierarchy', 'search_operations']);
/** Operations of the long tail answer with whole objects, those that change something, too. */
const readsTexts = ({ name, verb, toolset, operation }: Tool): boolean =>
  (isRead(verb) && !WITHOUT_TEXTS.has(name)) || toolset === 'longtail' || operation !== undefined;

/** Lets a change pass only when a person has approved exactly that, where policy says so. */
@Injectable()
export class ApprovalGate {
  constructor(
    @Inject(Approvals) private readonly approvals: Pick<Approvals, 'find' | 'outdate' | 'use' | 'standing' | 'ask'>,
    @Inject(Readers) private readonly readers: Pick<Readers, 'has' | 'note'>,
    @Inject(ApprovalQuestions)
    private readonly questions: Pick<ApprovalQuestions, 'url' | 'about' | 'heard' | 'fitsForm'>,
  ) {}

  /** Whether a person may have to decide about calls of this tool. Of a reading tool that is of interest where reading decides about later calls. */
  watches(tool: Tool, policies: Policies): boolean {
    const level = approveOf(policies);
    if (level === 'never') return false;
    return isRead(tool.verb) ? level === 'tainted' : tool !== stopJob;
  }

  /**
   * For calls that {@link watches} is true for.
   * @param asks what the client can ask its user, and the user's answer to the question before
   * @throws AppError `forbidden` when a person has refused the change, `invalid_parameters` for an answer to another question
   */
  async pass(
    tool: Tool,
    by: By,
    call: { input: Input; args: Input },
    context: ToolContext,
    asks?: Elicitation,
  ): Promise<Passed> {
    const level = approveOf(by.policies);
    const every = level === 'all_writes' || (level === 'tainted' && (await this.readers.has(by.caller)));
    // Noted before anything is given out. What this very call reads could not have spoken through it.
    if (level === 'tainted' && readsTexts(tool)) await this.readers.note(by.caller);
    return isRead(tool.verb) ? { now: context.now } : this.decided(tool, by, call, context, every, asks);
  }

  /** Whether work that was begun may go on without its caller. @param approval what it was begun under */
  mayGoOn(policies: Policies, approval: string | undefined): boolean {
    return approval !== undefined || approveOf(policies) === 'never';
  }

  private async decided(
    tool: Tool,
    { caller, policies }: By,
    { input, args }: { input: Input; args: Input },
    context: ToolContext,
    every: boolean,
    asks: Elicitation | undefined,
  ): Promise<Passed> {
    const personId = caller.connection?.personId ?? String(context.me.id);
    const callHash = hashOf(tool, caller, policies, input);
    const binding: Binding = { personId, callHash };
    let known = await this.approvals.find(caller, callHash);
    if (asks?.state !== undefined) known = await this.questions.heard(caller, known, binding, asks);
    if (known?.state === 'waiting') return this.waiting(known, known.call.summary, context, binding, asks);
    if (known?.state === 'refused') throw refused();
    const { now = context.now, selection } = known?.call ?? {};
    const asShown: ToolContext = { ...context, now, forPerson: every, ...(selection && { selection }) };
    const seen = await shown(tool, input, args, asShown, every);
    if (!seen) return { now: context.now };
    let changed = '';
    if (known?.state === 'approved' && seen.state !== known.call.state) {
      await this.approvals.outdate(caller, known.id);
      changed = 'It has changed since it was approved. ';
      known = undefined;
    }
    if (known) {
      const passed = { now, selection, approval: known.id };
      if (known.state === 'approved' && (await this.approvals.use(caller, known.id))) return passed;
      // A call that was interrupted while it did what was approved goes on under the same approval.
      if (await tool.goesOn?.(input, asShown)) return passed;
      if (known.state === 'approved') throw usedAtOnce();
      if (asks?.state !== undefined) throw spent('was already used');
    }
    const risk = riskOf(tool, input);
    const common = risk === 'normal' ? alike(tool.name, input) : undefined;
    const likeHash = common && hashOf(tool, caller, policies, common);
    const standing = likeHash && !changed ? await this.approvals.standing(caller, likeHash) : undefined;
    if (standing !== undefined) return { now: context.now, approval: standing };
    const fresh = { ...context, forPerson: every };
    const {
      summary,
      current,
      state,
      selection: found,
    } = now === context.now ? seen : ((await shown(tool, input, args, fresh, every)) ?? seen);
    // What would be asked for under any policy takes the page: it destroys, loses values, or is about many objects.
    const inClient =
      risk === 'normal' &&
      this.questions.fitsForm(asks, { summary, current, arguments: args }) &&
      !(await shown(tool, input, args, { ...context, forPerson: false }, false));
    const asked = await this.approvals.ask(
      caller,
      { tool: tool.name, risk, personId, callHash, likeHash },
      // What a person is shown has nothing in it that only a model reads.
      {
        title: tool.title,
        ...visible({ summary, current, arguments: args }),
        now: context.now,
        state,
        selection: found,
        inClient,
      },
    );
    return this.waiting(asked, `${changed}${summary}`, context, binding, asks && { ...asks, answer: undefined });
  }

  /** What is answered while a change waits. */
  private waiting(asked: Asked, summary: string, { now }: ToolContext, binding: Binding, asks?: Elicitation): Passed {
    const { id, call, secondsLeft } = asked;
    const url = this.questions.url(id);
    const question = asks && this.questions.about({ ...asked, call: { ...call, summary } }, asks, binding);
    const shown = {
      summary: `${summary} Nothing was changed: this waits for approval by a person. Ask the user to decide at ${url}, then make the same call again.`,
      current: call.current,
    };
    return {
      preview: { preview: shown, approval: { id, url, expires_in_seconds: secondsLeft } },
      question,
      now,
      approval: id,
    };
  }
}

/** What a call would do; undefined where no person has to be asked. @param every whether each change is asked for */
async function shown(
  tool: Tool,
  input: Input,
  args: Input,
  context: ToolContext,
  every: boolean,
): Promise<Preview | undefined> {
  const seen = await tool.preview?.(input, context);
  if (seen || !every) return seen;
  return { summary: `${tool.title}, with what is named below.`, current: args, state: '' };
}

/** Exactly this call: by this caller, with these rights. */
const hashOf = (tool: Tool, { kind, id }: Caller, policies: Policies, input: Input): Buffer =>
  sha256(JSON.stringify([kind, id, policyDigest(policies), tool.name, canonical(input)]));

/** Of a call by which an operation is chosen, the operation's. */
function riskOf(tool: Tool, { operation }: Input): Risk {
  if (tool.toolset !== 'longtail') return tool.risk;
  return operationById(String(operation))?.risk ?? 'admin';
}

const refused = () =>
  forbidden(
    'A person has refused this change. Nothing was changed: do not ask for it again.',
    'a person has refused this change',
  );
const usedAtOnce = () =>
  forbidden(
    'This approval was used by another call at the same moment. Nothing was changed by this one.',
    'the approval was already used',
  );
const forbidden = (message: string, reason: string) => new AppError('forbidden', message, { details: { reason } });
