import { AuthModule } from '#libs/auth';
import { ConnectionsModule } from '#libs/connections';
import { Module } from '@nestjs/common';
import { CheckoutController } from './checkout.controller.js';
import { StripeAccount } from './stripe-account.js';
import { Subscribers } from './subscribers.service.js';
import { SubscriptionChecks } from './subscription-checks.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookInbox } from './webhook-inbox.service.js';

/** Imported only where there are `BillingSettings`: without billing there is no trace of it. */
@Module({
  imports: [AuthModule, ConnectionsModule],
  controllers: [CheckoutController, WebhookController],
  providers: [StripeAccount, Subscribers, SubscriptionChecks, WebhookInbox],
  exports: [WebhookInbox],
})
export class BillingModule {}
