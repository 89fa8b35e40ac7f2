/** The exit status of a merge: 2 when a host is missing, a file was refused or an answer is incomplete; 1 for findings. */
import { reaches, type Severity } from '../model/finding.ts';
import { isWholeFleet, type Fleet } from '../model/fleet.ts';

const severities = ['info', 'warning', 'critical'] as const;

export function fleetStatus(fleet: Omit<Fleet, 'reports'>, failOn: Severity): 0 | 1 | 2 {
  if (!isWholeFleet(fleet)) return 2;
  const told = severities.filter((severity) => reaches(severity, failOn));
  return fleet.hosts.some(({ findings }) => told.some((severity) => findings[severity] > 0))
    ? 1
    : 0;
}
