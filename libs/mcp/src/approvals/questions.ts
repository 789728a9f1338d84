import { Approvals, type Asked } from '#libs/approvals';
import { Access } from '#libs/auth';
import { type Caller } from '#libs/connections';
import { AppError, CONFIG, type Config, deriveKey, MASTER_KEY, sealer } from '#libs/core';
import { visibleText } from '#libs/tools';
import { Inject, Injectable } from '@nestjs/common';
import { closedByUser, declinedByUser, declines, type Elicitation, type Question } from '../elicitation/elicitation.js';
import { messageOf } from '../elicitation/message.js';

/** Whose call it is, and which: a state for another call, by another credential or of another person does not even open. */
export interface Binding {
  personId: string;
  /** Of caller, rights, tool and arguments. */
  callHash: Buffer;
}

/** What is sealed in the state of a question. The record that waits is what counts; this names it. */
interface State {
  /** Id of the approval. */
  i: string;
  /** When it expires, in Unix seconds. */
  x: number;
}

/** The questions about changes that wait for a person, as clients ask them: a form, or the link to the page. */
@Injectable()
export class ApprovalQuestions {
  private readonly key: Buffer;

  constructor(
    private readonly approvals: Approvals,
    private readonly access: Access,
    @Inject(CONFIG) private readonly config: Pick<Config, 'APPROVE_IN_CLIENT'>,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    // Without a master key no caller is ever authenticated, so this key is then never used.
    this.key = deriveKey(masterKey ?? Buffer.alloc(0), 'question');
  }

  /** Whether the client can show a change in a form, with all that is asked for, and the answer may count as a decision. */
  fitsForm(asks: Elicitation | undefined, shown: Parameters<typeof messageOf>[0]): boolean {
    return asks?.form === true && this.config.APPROVE_IN_CLIENT && messageOf(shown).whole;
  }

  /** The page of one change. */
  url(id: string): string {
    return this.access.pageUrl(`/approvals/${id}`);
  }

  /** What the client is to ask; undefined where it cannot ask that, or has just asked it without a decision. */
  about({ id, call, secondsLeft }: Asked, asks: Elicitation, binding: Binding): Question | undefined {
    const form = asks.form && this.counts(call);
    const { hasPage } = this.approvals;
    const isOver = asks.answer?.action === 'cancel' || (asks.answer?.action === 'accept' && !form);
    if (isOver && !hasPage) throw closedByUser();
    if (isOver || (!form && !(asks.url && hasPage))) return undefined;
    const state = this.sealer(binding).seal({ i: id, x: Math.floor(Date.now() / 1000) + secondsLeft } satisfies State);
    if (form) return { message: messageOf(call).message, state };
    const message = visibleText(
      `${call.summary} A person has to decide about this behind their own login: open the page, read what would happen, and decide there.`,
    );
    return { message, url: this.url(id), state };
  }

  /**
   * What is known of a change once its user has answered in the client.
   * @param known what was known of it before
   * @throws AppError `forbidden` when the user does not want it; `invalid_parameters` for a state that was not given out for this call, has
   * expired, or is of a question that is not open any more
   */
  async heard(caller: Caller, known: Asked | undefined, binding: Binding, asks: Elicitation): Promise<Asked> {
    const { i: id, x } = this.sealer(binding).open(asks.state!) as State;
    if (x * 1000 <= Date.now()) throw spent('has expired');
    if (known?.id !== id) throw spent('is of a question that is not open any more');
    const { answer } = asks;
    const waits = known.state === 'waiting';
    if (answer && declines(answer)) {
      // What was approved elsewhere meanwhile is not carried out by a call that says no.
      if (waits) await this.approvals.answer(caller, id, 'refuse');
      throw declinedByUser();
    }
    if (answer?.action === 'cancel' && !waits) throw closedByUser();
    // That a link was opened decides nothing, and neither does a form where it had to be the page.
    const decides = answer?.approve === true && this.counts(known.call);
    if (!waits || !decides) return known;
    if (await this.approvals.answer(caller, id, 'approve')) return { ...known, state: 'approved' };
    const decided = await this.approvals.find(caller, binding.callHash);
    if (decided?.id !== id) throw spent('is of a question that is not open any more');
    return decided;
  }

  /** Whether the answer to a form is the decision. Where the operator has thought otherwise meanwhile, it is not. */
  private counts({ inClient }: Asked['call']): boolean {
    return inClient === true && this.config.APPROVE_IN_CLIENT;
  }

  private sealer({ personId, callHash }: Binding) {
    return sealer(this.key, JSON.stringify([personId, callHash.toString('base64')]), 'requestState');
  }
}

/** An answer to a question that is not open any more. */
export const spent = (why: string) =>
  new AppError(
    'invalid_parameters',
    `This requestState ${why}. Nothing was changed; make the call again without it to ask anew.`,
    { details: { parameter: 'requestState' } },
  );
