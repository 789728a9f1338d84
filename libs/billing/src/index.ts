import { StripeEvent } from './stripe-event.entity.js';
import { Subscriber } from './subscriber.entity.js';

export { BillingModule } from './billing.module.js';
export { BILLING, billingSettings } from './settings.js';
export { SubscribedTiers } from './subscribed-tiers.js';
export { MESSAGE_ENDS, WebhookInbox } from './webhook-inbox.service.js';

export const BILLING_ENTITIES = [StripeEvent, Subscriber];
