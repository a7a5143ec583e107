/*
 * The calling thread: its scheduling policy, memory that stays resident, the monotonic clock. Knows nothing
 * of sockets.
 */
#include "values.h"

#include <errno.h>
#include <sched.h>
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

napi_value thread_lock_memory(napi_env env, napi_callback_info info) {
  (void)info;
  /* ONFAULT: lock pages when they are first touched; V8 reserves far more than it ever uses. */
  return give_int(env, or_errno(mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)));
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
