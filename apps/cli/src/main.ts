#!/usr/bin/env node
import { refuseOldNode } from '../../gateway/src/node-version.js';

// What follows uses syntax and libraries that an older Node cannot even read: it is loaded after the version was checked. Without
// `await`, which old versions do not know here either.
refuseOldNode();
import('./cli.js')
  .then(({ cli }) => cli(process.argv.slice(2)))
  .then(
    (status) => process.exit(status),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
