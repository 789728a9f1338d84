import { JwtController } from './jwt.controller.js';
import { LoginController } from './login.controller.js';
import { Logins } from './logins.service.js';

export const JWT_CONTROLLERS = [JwtController, LoginController];
export const JWT_PROVIDERS = [Logins];
