/*
 * The calling thread: its scheduling policy, memory that stays resident, the monotonic clock. Knows nothing
 * of sockets.
 */
#include "values.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

napi_value thread_set_scheduler(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  size_t count = 2;
  int policy;
  struct sched_param parameters = {0};
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      !take_int(env, arguments[0], &policy) || !take_int(env, arguments[1], &parameters.sched_priority)) {
    return give_int(env, -EINVAL);
  }
  /* On Linux the pid 0 means the calling thread, not the process (sched_setscheduler(2)). */
  return give_int(env, or_errno(sched_setscheduler(0, policy, &parameters)));
}

/* One line of /proc/self/maps (proc(5)): locks what it names when that is readable and backed by a file. */
static int lock_mapping(const char *line) {
  unsigned long start, end, inode;
  char readable;
  if (sscanf(line, "%lx-%lx %c%*3s %*x %*x:%*x %lu", &start, &end, &readable, &inode) != 4) return 0;
  if (inode == 0 || readable != 'r') return 0;
  /* ONFAULT: a page stays from its first use on; the whole program would be more than a hundred MiB. */
  return mlock2((const void *)start, end - start, MLOCK_ONFAULT) < 0 ? -errno : 0;
}

/*
 * Not mlockall: it locks the JavaScript heap too, and V8 ends the process when the kernel refuses to take
 * locked pages back (madvise(MADV_DONTNEED) is EINVAL on them), which happens at the latest when a worker ends.
 */
napi_value thread_lock_memory(napi_env env, napi_callback_info info) {
  char *line = NULL;
  size_t room = 0;
  int result = 0;
  (void)info;
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == NULL) return give_int(env, -errno);
  while (result == 0 && getline(&line, &room, maps) >= 0) result = lock_mapping(line);
  free(line);
  fclose(maps);
  return give_int(env, result);
}

napi_value thread_monotonic(napi_env env, napi_callback_info info) {
  (void)info;
  struct timespec now;
  napi_value result = NULL;
  clock_gettime(CLOCK_MONOTONIC, &now);
  double millis = (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
  if (napi_create_double(env, millis, &result) != napi_ok) return NULL;
  return result;
}
