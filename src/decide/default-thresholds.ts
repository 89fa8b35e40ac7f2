/** When an item of a check alerts, unless thresholds say otherwise. Apart from the judging, since --help tells them. */
import type { AlertRange, CheckItemName, Thresholds } from '../model/check.ts';

const above0: AlertRange = { from: 0, to: 0, isInverted: false };

/**
 * What raises an alert unless thresholds say otherwise, by the severities of the findings (contract.md): damage is
 * CRITICAL, what is a warning there is a WARNING. What is not here is told and never alerts by itself.
 */
export const defaultThresholds: Readonly<Partial<Record<CheckItemName, Thresholds>>> = {
  damaged: { critical: above0 },
  audit_damaged: { critical: above0 },
  orphans: { warning: above0 },
  last_names: { warning: above0 },
  unseen: { warning: above0 },
  undecided: { warning: above0 },
  unknown_names: { warning: above0 },
  reused_pids: { warning: above0 },
  old_expunges: { warning: above0 },
  leftover_new: { warning: above0 },
  audit_missing: { warning: above0 },
  audit_unindexed: { warning: above0 },
};
