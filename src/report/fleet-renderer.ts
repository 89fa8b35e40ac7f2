/** What every format of a fleet is: its reports are read once, one after another, and never held together. */
import type { Fleet } from '../model/fleet.ts';
import type { RenderOptions } from './renderer.ts';

export type FleetRenderer = (fleet: Fleet, options: RenderOptions) => Iterable<string>;
