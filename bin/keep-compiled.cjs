// Preloaded by the build into the program and its threads: when one ends, keeps what V8 has compiled of their files.
// A thread and its like write the same file: each under another name first.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { threadId } = require('node:worker_threads');
const { compiledFile, packCompiled, scripts } = require(process.env.STAGESWEEP_LOADER);

process.on('exit', () => {
  for (const [file, script] of scripts) {
    const unfinished = `${compiledFile(file)}.${threadId}`;
    writeFileSync(unfinished, packCompiled(readFileSync(file), script.createCachedData()));
    renameSync(unfinished, compiledFile(file));
  }
});
