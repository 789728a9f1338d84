import { KillSwitches, SWITCH_REASONS, SWITCHED, workspaceOf } from '#libs/connections';
import { Form, PageController, PageError, type Redirect, type View } from '#libs/web';
import { Get, Param, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { changerOf } from '../access/changer.js';
import { type Mandate, Mandated } from '../access/mandate.js';
import { newSwitch } from '../kill-switches/new-switch.js';
import { uuid } from '../rest/ids.js';
import { ConsolePages } from './console-pages.service.js';
import { REASONS, SWITCH_KINDS } from './shown.js';

const TITLE = 'console.switches';

/** What is switched off in a Workspace. */
@PageController('console/:workspace/switches')
export class ConsoleSwitchesController {
  constructor(
    private readonly switches: KillSwitches,
    private readonly pages: ConsolePages,
  ) {}

  @Get() async list(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const off = await this.switches.list(workspaceOf(mandate.workspaceId));
    // The page of clients leads here with one of them.
    const query = new Form(request.query);
    const about = { kind: query.text('kind'), target: query.text('target', 2048) };
    return this.page('console-switches', mandate, request, { off, about });
  }

  /** Asks before something is switched off. */
  @Get('off') async ask(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<View> {
    const wanted = newSwitch(mandate, askedFor(new Form(request.query)));
    return this.page('console-switch-off', mandate, request, { wanted });
  }

  @Post() async off(@Mandated() mandate: Mandate, @Req() request: FastifyRequest): Promise<Redirect> {
    await this.switches.set(newSwitch(mandate, askedFor(new Form(request.body))), changerOf(mandate));
    return this.back(mandate, 'off');
  }

  @Post(':id/on') async on(@Mandated() mandate: Mandate, @Param('id') id: string): Promise<Redirect> {
    await this.switches.lift(uuid(id), workspaceOf(mandate.workspaceId) ?? null, changerOf(mandate));
    return this.back(mandate, 'on');
  }

  private page(view: string, mandate: Mandate, request: FastifyRequest, data: object): Promise<View> {
    return this.pages.page(view, TITLE, mandate, request, { ...data, switchKinds: SWITCH_KINDS, reasons: REASONS });
  }

  private back({ workspaceId }: Mandate, done: 'off' | 'on'): Redirect {
    return { redirect: `/console/${encodeURIComponent(workspaceId)}/switches?done=${done}` };
  }
}

/** What a form asks to switch off. @throws PageError for what no form of ours sends */
function askedFor(form: Form) {
  const kind = SWITCHED.find((one) => one === form.text('kind'));
  const reason = SWITCH_REASONS.find((one) => one === form.text('reason'));
  const target = form.text('target', 2048);
  if (!kind || !reason || !target) throw new PageError('invalid_parameters', 'problem.field');
  return { kind, reason, target };
}
