#!/usr/bin/env node
// Only syntax that an old Node can parse may stand here: its one job before main is to name that case.
const path = require('path');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19) || major === 21 || (major === 22 && minor < 12)) {
  console.error(
    `stagesweep: this is Node ${process.versions.node}; Node 20.19, 22.12 or a release from 23 on is needed`,
  );
  process.exit(64);
}
const program = path.join(__dirname, '../dist/program');
const isHelp = /^(--help|-h)$/.test(process.argv[process.argv.length - 1]);
const { loadPiece } = require(path.join(program, 'load-piece.js'));
loadPiece(path.join(program, isHelp ? 'help.js' : 'main.js')).main();
