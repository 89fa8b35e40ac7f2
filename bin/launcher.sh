#!/bin/sh
# bin/stagesweep of the release tarball (bin/make-release.mjs): finds Node, which is not inside, and says in one line when there is none.
# Whether it is new enough is for stagesweep.js to say.
node=${STAGESWEEP_NODE:-node}
if ! command -v "$node" >/dev/null 2>&1; then
  echo "stagesweep: no ${node} found; Node 20.19, 22.12 or a release from 23 on is needed in PATH, or named by STAGESWEEP_NODE" >&2
  exit 127
fi
exec "$node" "$(dirname "$(readlink -f "$0")")/../lib/stagesweep/bin/stagesweep.js" "$@"
