import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { WebhookInbox } from './webhook-inbox.service.js';

/** Where Stripe tells what has happened to subscriptions. */
@Controller('stripe')
export class WebhookController {
  constructor(private readonly inbox: WebhookInbox) {}

  @Post('webhook')
  @HttpCode(200)
  async webhook(@Req() { body, headers }: FastifyRequest): Promise<object> {
    await this.inbox.take(body, headers['stripe-signature']);
    return { received: true };
  }
}
