import { AppError, CONFIG, type Config, deriveKey, type ErrorCode, MASTER_KEY, network, sameSecret } from '#libs/core';
import { Form, PageError, Pages, PublicUrl, type Redirect } from '#libs/web';
import { Inject, Injectable } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { type FastifyRequest } from 'fastify';
import { CodeLimits, type CodeSource } from './code-limits.js';
import { type Flow } from './flow.js';
import { Flows } from './flows.service.js';
import { Identities, type Identity } from './identities.service.js';
import { Proofs } from './proofs.service.js';

/** The flow in which a person was sent to ClickUp; it goes on when they come back. */
export interface FlowBegun extends Pick<Flow, 'purpose' | 'base' | 'start'> {
  label: string;
}

const COOKIE = 'signin';
const CALLBACK = '/connect/clickup/callback';
const LIFE_SECONDS = 600;
/** Short, because a person who comes back from ClickUp sees an empty page until we answer. */
const PATIENCE_MS = 8_000;

/** Texts for failures that the person has not caused. */
const PROBLEMS: Partial<Record<ErrorCode, string>> = {
  rate_limited: 'problem.sign_in_wait',
  unavailable: 'problem.sign_in_lost',
};

/** "Sign in with ClickUp": sends people there with a `state` that only the same browser can bring back, once. */
@Injectable()
export class SignIn {
  private readonly key: Buffer | undefined;
  private readonly codes = new CodeLimits();

  constructor(
    private readonly pages: Pages,
    private readonly proofs: Proofs,
    private readonly identities: Identities,
    private readonly flows: Flows,
    private readonly url: PublicUrl,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MASTER_KEY) masterKey: Buffer | undefined,
  ) {
    this.key = masterKey && deriveKey(masterKey, 'state');
  }

  /** Sends somebody to ClickUp. Cookie and state are made only now, when the person has seen who asks and has clicked. */
  async start(
    { purpose, base, start }: Pick<Flow, 'purpose' | 'base' | 'start'>,
    request: FastifyRequest,
    callback = CALLBACK,
  ): Promise<Redirect> {
    const { CLICKUP_CLIENT_ID, CLICKUP_CLIENT_SECRET, CLICKUP_AUTHORIZE_URL } = this.config;
    if (!CLICKUP_CLIENT_ID || !CLICKUP_CLIENT_SECRET) throw new PageError('not_found', 'problem.no_sign_in', start);
    const label = new Form(request.body).text('label');
    const browser = this.pages.browser.setCookie(request, COOKIE, LIFE_SECONDS);
    const id = await this.proofs.put({ purpose: COOKIE, browser }, { purpose, base, start, label } satisfies FlowBegun);
    const query = new URLSearchParams({
      client_id: CLICKUP_CLIENT_ID,
      redirect_uri: `${this.url.base}${callback}`,
      state: `${id}.${this.sign(id, browser)}`,
    });
    return { redirect: `${CLICKUP_AUTHORIZE_URL}?${query.toString()}` };
  }

  /** Whether the operator has registered an application at ClickUp, so that people can be sent there. */
  get offered(): boolean {
    return Boolean(this.config.CLICKUP_CLIENT_ID && this.config.CLICKUP_CLIENT_SECRET);
  }

  /** Somebody comes back from ClickUp, and their flow goes on. @throws PageError as {@link returned} */
  finish(request: FastifyRequest): Promise<Redirect> {
    return this.returned(request, ({ flow, identity }) =>
      this.flows.carryOn(flow, request, { identity, label: flow.label }),
    );
  }

  /**
   * Who has come back from ClickUp, and in which flow they were sent there. ClickUp is asked only when the state was valid and is used up.
   * After too many codes that ClickUp did not know a person has to wait, and their state stays valid meanwhile.
   * @param goOn what comes of it; its errors lead back to where the person came from, too
   * @param takes whether a flow goes on here: a state of another one is refused as if it were unknown
   * @throws PageError
   */
  async returned<T>(
    request: FastifyRequest,
    goOn: (back: { flow: FlowBegun; identity: Identity }) => Promise<T>,
    takes: (flow: FlowBegun) => boolean = () => true,
  ): Promise<T> {
    const query = new Form(request.query);
    const holder = { purpose: COOKIE, browser: this.pages.browser.cookie(request, COOKIE) ?? '' };
    const [id = '', signature = ''] = query.text('state').split('.');
    const genuine = holder.browser !== '' && sameSecret(signature, this.sign(id, holder.browser));
    const flow = genuine ? await this.proofs.read<FlowBegun>(holder, id) : undefined;
    if (!flow || !takes(flow)) throw new PageError('invalid_parameters', 'problem.sign_in_state');
    const source = {
      address: request.ip,
      flow: `${flow.purpose} ${this.pages.browser.cookie(request, 'browser') ?? holder.browser}`,
    };
    await this.within(flow, () => this.codes.check(source));
    if (!(await this.proofs.take(holder, id))) throw new PageError('invalid_parameters', 'problem.sign_in_state');
    this.pages.browser.clearCookie(request, COOKIE);
    // Whatever `error` and `error_description` say, one fixed page answers (SEC-97).
    const code = query.text('code', 500);
    if (!code) throw new PageError('invalid_code', 'problem.sign_in_cancelled', flow.start);
    return this.within(flow, async () => {
      const identity = await this.flows.identify(flow, request, await this.redeem(code, source));
      return goOn({ flow, identity });
    });
  }

  private redeem(code: string, source: CodeSource): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    const terms = { network: network(source.address, { v4: 24, v6: 64 }), deadline };
    return this.codes.run(source, deadline, (suspect) => this.identities.redeem(code, { ...terms, suspect }));
  }

  /** Adds to an error where the person came from, so that the error page leads back there. */
  private async within<T>({ start }: FlowBegun, work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PageError) throw new PageError(error.code, error.text, error.again ?? start, error);
      const problem = error instanceof AppError ? PROBLEMS[error.code] : undefined;
      throw problem ? new PageError((error as AppError).code, problem, start, error) : error;
    }
  }

  private sign(id: string, browser: string): string {
    return createHmac('sha256', this.key!).update(`${id}\n${browser}`).digest('base64url');
  }
}
