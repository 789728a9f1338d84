// Installs wrangler, with the Node that it wants and the workerd that runs Workers, into .cache/wrangler, and prints that folder; does nothing
// when it is there. It is no dependency of the project: 380 MB that one test needs, and `npx wrangler` gets it for whoever deploys.
import { installed } from '../install.mjs';

console.log(installed('wrangler', { [`node-${process.platform}-${process.arch}`]: '22.23.3', wrangler: '4.111.0' }));
