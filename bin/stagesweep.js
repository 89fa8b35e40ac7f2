#!/usr/bin/env node
// Only syntax that an old Node can parse may stand here: its one job before main is to name that case.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  console.error(
    `stagesweep: this is Node ${process.versions.node}; Node 20.19, 22.12 or a release from 23 on is needed`,
  );
  process.exit(64);
}
const begun = /^(--help|-h)$/.test(process.argv[process.argv.length - 1])
  ? import('../dist/program/help.js')
  : import('../dist/program/main.js');
begun.then((cli) => cli.main());
