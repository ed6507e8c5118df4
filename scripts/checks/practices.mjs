/**
 * Whether the table of practices is whole (each requirement once, each named file there, each patch fits), and that of standards. How old
 * its review is, `npm run practices` looks at before a release: what passes today has to pass on any later day.
 */
import { faultsOfPractices } from '../lib/practices.mjs';
import { faultsOfStandards } from '../lib/standards.mjs';

const faults = [...faultsOfPractices(), ...faultsOfStandards(undefined, 0)];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
