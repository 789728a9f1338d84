#!/usr/bin/env node
import { quietly, refuseOldNode } from './node-version.js';

// What follows uses syntax and libraries that an older Node cannot even read: it is loaded after the version was checked. Without
// `await`, which old versions do not know here either.
refuseOldNode();
quietly(() => import('./serve.js'))
  .then(({ serve }) => serve())
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
