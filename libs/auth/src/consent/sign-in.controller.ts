import { PageController, type Redirect } from '#libs/web';
import { Get, Req } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { SignIn } from './sign-in.service.js';

/** Where ClickUp sends people back to. */
@PageController('connect/clickup')
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Get('callback') callback(@Req() request: FastifyRequest): Promise<Redirect> {
    return this.signIn.finish(request);
  }
}
