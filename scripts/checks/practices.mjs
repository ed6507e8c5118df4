/** Whether the table of practices is whole: each requirement once, each named file there, each patch fits. */
import { faultsOfPractices } from '../lib/practices.mjs';

const faults = faultsOfPractices();
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
