import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SignIn } from './sign-in.service.js';

@Controller('connect/clickup')
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Get('callback') async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    // What only looks whether the page is there must not use up the way back.
    if (request.method === 'HEAD') return void reply.send();
    await this.signIn.finish(request, reply);
  }
}
