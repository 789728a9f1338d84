import { Access, RedirectUris } from '#libs/auth';
import { AppError } from '#libs/core';
import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { CheckoutDto } from './checkout.dto.js';
import { tierOf } from './statuses.js';
import { StripeAccount } from './stripe-account.js';
import { Subscribers } from './subscribers.service.js';

/** How a person subscribes: on a page of Stripe's, whose address an application gets here. */
@Controller('stripe')
export class CheckoutController {
  constructor(
    private readonly account: StripeAccount,
    private readonly subscribers: Subscribers,
    private readonly redirects: RedirectUris,
    private readonly access: Access,
  ) {}

  @Post('create-checkout')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async create(@Req() request: FastifyRequest, @Body() { return_url, cancel_url }: CheckoutDto): Promise<object> {
    const personId = personOf(request);
    this.checkUrl('return_url', return_url);
    this.checkUrl('cancel_url', cancel_url);
    const customer = await this.customerOf(personId);
    const { id, url } = await this.account.openCheckout(customer, { returnUrl: return_url, cancelUrl: cancel_url });
    return { success: true, checkout_url: url, session_id: id };
  }

  /** Who was a customer before may have paid without our having heard of it, or may be none any more. */
  private async customerOf(personId: string): Promise<string> {
    const { id, customerId, wanted } = await this.subscribers.of(personId);
    let attempt = wanted;
    if (customerId !== null) {
      const due = await this.subscribers.ask(id);
      attempt = due.wanted;
      const status = await this.account.statusOf(customerId);
      await this.subscribers.answer(due, status);
      if (tierOf(status) === 'premium')
        throw new AppError('forbidden', 'This person is on the Premium tier: there is nothing to pay.', {
          details: { reason: 'already premium' },
        });
      if (status !== undefined) return customerId;
    }
    return this.subscribers.becomes(id, await this.account.newCustomer(id, attempt));
  }

  /** Stripe sends people wherever it is told to, under the operator's name. @throws AppError `invalid_parameters` */
  private checkUrl(parameter: keyof CheckoutDto, url: string): void {
    const own = URL.canParse(url) && new URL(url).href === url && url.startsWith(this.access.pageUrl('/'));
    if (url.startsWith('https://') && (own || this.redirects.allows(url))) return;
    throw new AppError(
      'invalid_parameters',
      `\`${parameter}\` must be an https URL of this server, or one that the operator allows (REDIRECT_URI_ALLOWLIST).`,
      { details: { parameter, required: true, type: 'string' } },
    );
  }
}

/** Limits are counted for people, so people subscribe. @throws AppError `forbidden` */
function personOf({ caller }: FastifyRequest): string {
  if (caller?.connection) return caller.connection.personId;
  throw new AppError(
    'forbidden',
    'Only a person can subscribe: send a JWT, a session token or an API key of your own (cuk_…).',
    { details: { reason: 'kind of credential' } },
  );
}
