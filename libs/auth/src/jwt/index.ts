import { JwtController } from './jwt.controller.js';
import { LoginController } from './login.controller.js';
import { Logins } from './logins.service.js';
import { SessionCodes } from './session-codes.service.js';
import { SessionTokens } from './session-tokens.service.js';

export const JWT_CONTROLLERS = [JwtController, LoginController];
export const JWT_PROVIDERS = [Logins, SessionCodes, SessionTokens];
