/**
 * Whether the table of practices is whole (each requirement once, each named file there, each patch fits), and that of standards, whose
 * review must not be older than 90 days.
 */
import { faultsOfPractices } from '../lib/practices.mjs';
import { faultsOfStandards } from '../lib/standards.mjs';

const faults = [...faultsOfPractices(), ...faultsOfStandards()];
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
