/** Many hosts' reports as one page. */
import type { FleetRenderer } from './fleet-renderer.ts';
import { renderPage } from './html.ts';

export const renderFleetHtml: FleetRenderer = (fleet) =>
  renderPage({ ...fleet, reports: () => fleet.reports() });
