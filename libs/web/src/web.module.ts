import { Module } from '@nestjs/common';
import { AssetsController } from './assets.controller.js';
import { Pages } from './pages.service.js';
import { PublicUrl } from './public-url.js';

@Module({ controllers: [AssetsController], providers: [Pages, PublicUrl], exports: [Pages, PublicUrl] })
export class WebModule {}
