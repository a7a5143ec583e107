/*
 * Watching a mailbox's descriptor in the event loop, and calling JavaScript when something waits. Reads
 * nothing itself: the function called does, through exchange.c.
 * The poll is always closed before the descriptor, and its memory belongs to the loop until the loop says so.
 */
#include "mailbox.h"

#include <errno.h>
#include <stdlib.h>

/* The last thing that the loop does with a poll; during the environment's end, what it waits for. */
static void on_closed(uv_handle_t *handle) {
  struct poll *poll = handle->data;
  struct room *room = poll->room;
  if (poll->context != NULL) napi_async_destroy(room->env, poll->context);
  free(poll);
  room->polls--;
  if (room->ending && room->polls == 0) napi_remove_async_cleanup_hook(room->cleanup);
  room_release(room);
}

static void call_wake(struct poll *poll) {
  napi_env env = poll->room->env;
  napi_value receiver, wake, error;
  if (napi_get_reference_value(env, poll->box->self, &receiver) != napi_ok) return;
  if (napi_get_reference_value(env, poll->box->wake, &wake) != napi_ok) return;
  if (napi_make_callback(env, poll->context, receiver, wake, 0, NULL, NULL) != napi_pending_exception) return;
  /* Thrown by the caller's code: it must end the process like any other, not vanish in here. */
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

static void on_ready(uv_poll_t *handle, int status, int events) {
  struct poll *poll = handle->data;
  napi_handle_scope scope;
  (void)status;
  (void)events;
  if (poll->box == NULL || !poll->box->polling) return;
  if (napi_open_handle_scope(poll->room->env, &scope) != napi_ok) return;
  call_wake(poll);
  napi_close_handle_scope(poll->room->env, scope);
  /*
   * JavaScript may have stopped or closed the mailbox. If not, and libuv has stopped the watch by itself
   * because the socket had an error (POLLERR; reading has just fetched and cleared it), go on watching.
   */
  if (poll->box == NULL || !poll->box->polling || uv_is_active((uv_handle_t *)handle)) return;
  uv_poll_start(handle, UV_READABLE, on_ready);
}

/* Makes the poll of a mailbox at its first start. 0 or a negative errno. */
static int poll_create(struct mailbox *box) {
  napi_env env = box->room->env;
  uv_loop_t *loop;
  napi_value name;
  struct poll *poll = calloc(1, sizeof(*poll));
  if (poll == NULL) return -ENOMEM;
  int result = -ECANCELED;
  if (napi_get_uv_event_loop(env, &loop) == napi_ok) result = uv_poll_init(loop, &poll->handle, box->fd);
  if (result < 0) {
    free(poll);
    return result;
  }
  poll->handle.data = poll;
  poll->room = box->room;
  poll->box = box;
  box->poll = poll;
  box->room->polls++;
  room_hold(box->room);
  if (napi_create_string_utf8(env, "FTPAIR_MAILBOX", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env, NULL, name, &poll->context) != napi_ok) {
    poll_close(box);
    return -ECANCELED;
  }
  poll_apply_ref(box);
  return 0;
}

static void drop_reference(napi_env env, napi_ref *reference) {
  if (*reference != NULL) napi_delete_reference(env, *reference);
  *reference = NULL;
}

int poll_start(struct mailbox *box, napi_value self, napi_value wake) {
  napi_env env = box->room->env;
  if (box->fd < 0) return -EBADF;
  if (box->room->ending) return -ECANCELED;
  if (box->poll == NULL) {
    int created = poll_create(box);
    if (created < 0) return created;
  }
  poll_stop(box);
  if (napi_create_reference(env, self, 1, &box->self) != napi_ok ||
      napi_create_reference(env, wake, 1, &box->wake) != napi_ok) {
    poll_stop(box);
    return -EINVAL;
  }
  int started = uv_poll_start(&box->poll->handle, UV_READABLE, on_ready);
  if (started < 0) {
    poll_stop(box);
    return started;
  }
  box->polling = true;
  return 0;
}

void poll_stop(struct mailbox *box) {
  box->polling = false;
  if (box->poll != NULL) uv_poll_stop(&box->poll->handle);
  drop_reference(box->room->env, &box->self);
  drop_reference(box->room->env, &box->wake);
}

void poll_apply_ref(struct mailbox *box) {
  if (box->poll == NULL) return;
  if (box->keeps_alive) uv_ref((uv_handle_t *)&box->poll->handle);
  else uv_unref((uv_handle_t *)&box->poll->handle);
}

void poll_close(struct mailbox *box) {
  struct poll *poll = box->poll;
  if (poll == NULL) return;
  poll_stop(box);
  poll->box = NULL;
  box->poll = NULL;
  uv_close((uv_handle_t *)&poll->handle, on_closed);
}
