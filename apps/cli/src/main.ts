#!/usr/bin/env node
import { refuseOldNode } from '../../gateway/src/node-version.js';

// What follows uses syntax and libraries that an older Node cannot even read: it is loaded after the version was checked.
refuseOldNode();
const { cli } = await import('./cli.js');
process.exit(await cli(process.argv.slice(2)));
