'use strict';

// Runs on whatever Node npm finds, so it is written for old ones. The right one comes as the npm package `node`, whose
// install script fetches it; where scripts are off or blocked, everything else would fail in ways hard to read.
const { engines } = require('../../package.json');

const wanted = Number(engines.node.replace('>=', ''));
const found = Number(process.versions.node.split('.')[0]);

if (found < wanted) {
  console.error(
    `This is Node ${process.versions.node}, Quaymaster needs ${wanted}. It comes with "npm ci" as the package "node"; ` +
      'its install script did not run. Allow it (npm rebuild node) or put a newer Node on the PATH.',
  );
  process.exitCode = 1;
}
