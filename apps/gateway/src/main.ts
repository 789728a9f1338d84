#!/usr/bin/env node
import { quietly, refuseOldNode } from './node-version.js';

// What follows uses syntax and libraries that an older Node cannot even read: it is loaded after the version was checked.
refuseOldNode();
const { serve } = await quietly(() => import('./serve.js'));
await serve();
