import { Controller, Get, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { SignIn } from './sign-in.service.js';

@Controller('connect/clickup')
export class SignInController {
  constructor(private readonly signIn: SignIn) {}

  @Get('callback') callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.signIn.finish(request, reply);
  }
}
