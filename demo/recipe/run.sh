#!/bin/sh
# Fewer page faults (jemalloc keeps freed memory) and no spinning threads: about three times as fast on two shared cores.
jemalloc=$(ls /usr/lib/*/libjemalloc.so.2 2>/dev/null)
exec env LD_PRELOAD="$jemalloc" MALLOC_CONF=dirty_decay_ms:60000,muzzy_decay_ms:60000 \
    OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=2 "$@"
