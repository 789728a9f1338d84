import { ApprovalsController } from './approvals.controller.js';
import { AuthorizeController } from './authorize.controller.js';
import { ChangeController } from './change.controller.js';
import { ChoicePages } from './choice-pages.service.js';
import { Consent } from './consent.service.js';
import { Flows } from './flows.service.js';
import { HomeController } from './home.controller.js';
import { Identities } from './identities.service.js';
import { KeyController } from './key.controller.js';
import { NewUrlController } from './server-urls/new-url.controller.js';
import { OwnUrlController } from './server-urls/own-url.controller.js';
import { OwnUrls } from './server-urls/own-urls.service.js';
import { Offers } from './offers.service.js';
import { Proofs } from './proofs.service.js';
import { SessionsController } from './sessions.controller.js';
import { SignInController } from './sign-in.controller.js';
import { SignIn } from './sign-in.service.js';

export const PAGE_CONTROLLERS = [
  ApprovalsController,
  AuthorizeController,
  ChangeController,
  HomeController,
  KeyController,
  NewUrlController,
  OwnUrlController,
  SessionsController,
  SignInController,
];
export const PAGE_PROVIDERS = [ChoicePages, Consent, Identities, Offers, OwnUrls, Proofs, SignIn, Flows];
