/*
 * What the addon's files share: a room per JavaScript environment (the main thread or one worker), the
 * mailboxes in it, and how each is shut. Only the thread of its environment ever touches a room, so nothing
 * here is locked.
 */
#ifndef FTPAIR_MAILBOX_H
#define FTPAIR_MAILBOX_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct mailbox;

/* One environment. Freed when its last holder is gone: the environment, each mailbox, each poll. */
struct room {
  napi_env env;
  struct mailbox *first;
  size_t holders;
  /* Polls that the event loop still knows. The environment's end waits until there are none. */
  size_t polls;
  napi_async_cleanup_hook_handle cleanup;
  bool ending;
};

/* The event loop's watch over one descriptor. The loop owns its memory until the close callback. */
struct poll {
  uv_poll_t handle;
  struct room *room;
  /* NULL once the mailbox has let go. */
  struct mailbox *box;
  napi_async_context context;
};

/* One socket. Freed by the finalizer of its JavaScript object. */
struct mailbox {
  struct room *room;
  struct mailbox *next;
  struct mailbox **link;
  /* -1 before open and after close. */
  int fd;
  struct poll *poll;
  bool polling;
  bool keeps_alive;
  /* While polling: strong references to the JavaScript object and to the function to call. */
  napi_ref self;
  napi_ref wake;
};

/* addon.c */
void room_hold(struct room *room);
void room_release(struct room *room);

/* mailbox.c: the class, and closing in the only right order (poll, then descriptor). May be called again. */
napi_value mailbox_define(struct room *room);
void mailbox_shut(struct mailbox *box);

/* poll.c */
int poll_start(struct mailbox *box, napi_value self, napi_value wake);
void poll_stop(struct mailbox *box);
void poll_apply_ref(struct mailbox *box);
void poll_close(struct mailbox *box);

/* The methods of the class, by file. */
napi_value exchange_send(napi_env env, napi_callback_info info);
napi_value exchange_send_batch(napi_env env, napi_callback_info info);
napi_value exchange_receive(napi_env env, napi_callback_info info);

/* thread.c: functions about the calling thread. */
napi_value thread_set_scheduler(napi_env env, napi_callback_info info);
napi_value thread_lock_memory(napi_env env, napi_callback_info info);
napi_value thread_monotonic(napi_env env, napi_callback_info info);

/* process.c */
napi_value process_execute(napi_env env, napi_callback_info info);

#endif
