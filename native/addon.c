/*
 * The module: one room per environment, made when a thread loads the addon, ended by the environment's
 * cleanup hook, which shuts every mailbox and waits until the event loop has let go of every poll.
 */
#include "mailbox.h"

#include <stdlib.h>

void room_hold(struct room *room) {
  room->holders++;
}

void room_release(struct room *room) {
  if (--room->holders == 0) free(room);
}

static void on_environment_end(napi_async_cleanup_hook_handle handle, void *data) {
  struct room *room = data;
  struct mailbox *box;
  room->ending = true;
  for (box = room->first; box != NULL; box = box->next) mailbox_shut(box);
  /* Otherwise the last poll's close callback does this. */
  if (room->polls == 0) napi_remove_async_cleanup_hook(handle);
}

static void on_room_finalized(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  room_release(data);
}

static struct room *room_create(napi_env env) {
  struct room *room = calloc(1, sizeof(*room));
  if (room == NULL) return NULL;
  room->env = env;
  room->holders = 1;
  if (napi_set_instance_data(env, room, on_room_finalized, NULL) != napi_ok) {
    free(room);
    return NULL;
  }
  /* From here on the environment frees the room. */
  if (napi_add_async_cleanup_hook(env, on_environment_end, room, &room->cleanup) != napi_ok) return NULL;
  return room;
}

static bool export_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

NAPI_MODULE_INIT() {
  struct room *room = room_create(env);
  napi_value class = room == NULL ? NULL : mailbox_define(room);
  if (class == NULL || napi_set_named_property(env, exports, "Socket", class) != napi_ok ||
      !export_function(env, exports, "setThreadScheduler", thread_set_scheduler) ||
      !export_function(env, exports, "lockMemory", thread_lock_memory) ||
      !export_function(env, exports, "monotonicMillis", thread_monotonic) ||
      !export_function(env, exports, "execute", process_execute)) {
    napi_throw_error(env, NULL, "the addon could not set up this thread");
  }
  return exports;
}
