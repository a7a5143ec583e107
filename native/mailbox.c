/*
 * The class Socket: opening, naming and closing one descriptor, and its options. Sending and receiving are in
 * exchange.c, waiting in poll.c. Families, levels and options are the caller's numbers; none is known here.
 */
#include "values.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

void mailbox_shut(struct mailbox *box) {
  poll_close(box);
  if (box->fd >= 0) close(box->fd);
  box->fd = -1;
}

static void on_finalized(napi_env env, void *data, void *hint) {
  struct mailbox *box = data;
  (void)env;
  (void)hint;
  mailbox_shut(box);
  *box->link = box->next;
  if (box->next != NULL) box->next->link = box->link;
  room_release(box->room);
  free(box);
}

static void enter_room(struct mailbox *box, struct room *room) {
  box->room = room;
  box->next = room->first;
  box->link = &room->first;
  if (box->next != NULL) box->next->link = &box->next;
  room->first = box;
  room_hold(room);
}

static napi_value construct(napi_env env, napi_callback_info info) {
  napi_value self, target;
  void *room;
  size_t none = 0;
  if (napi_get_cb_info(env, info, &none, NULL, &self, &room) != napi_ok) return NULL;
  if (napi_get_new_target(env, info, &target) != napi_ok) return NULL;
  struct mailbox *box = target == NULL ? NULL : calloc(1, sizeof(*box));
  if (box == NULL) {
    napi_throw_error(env, NULL, target == NULL ? "Socket needs new" : "out of memory");
    return NULL;
  }
  box->fd = -1;
  box->keeps_alive = true;
  if (napi_wrap(env, self, box, on_finalized, NULL, NULL) != napi_ok) {
    free(box);
    napi_throw_error(env, NULL, "Socket could not be made");
    return NULL;
  }
  enter_room(box, room);
  return self;
}

/* open(domain, type, protocol). A stream has no datagrams, and its end would read as an endless row of them. */
static napi_value open_socket(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int domain, type, protocol;
  struct mailbox *box = take_arguments(env, info, 3, arguments);
  if (box == NULL || !take_int(env, arguments[0], &domain) || !take_int(env, arguments[1], &type) ||
      !take_int(env, arguments[2], &protocol)) {
    return give_int(env, -EINVAL);
  }
  if (box->fd >= 0) return give_int(env, -EISCONN);
  if (box->room->ending) return give_int(env, -ECANCELED);
  if (type != SOCK_DGRAM && type != SOCK_RAW) return give_int(env, -ESOCKTNOSUPPORT);
  int fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return give_int(env, -errno);
  box->fd = fd;
  return give_int(env, 0);
}

/* bind and connect take the same: an address of any family. */
typedef int (*name_call)(int, const struct sockaddr *, socklen_t);

static napi_value with_address(napi_env env, napi_callback_info info, name_call call) {
  napi_value argument;
  struct bytes address;
  struct mailbox *box = take_arguments(env, info, 1, &argument);
  if (box == NULL || !take_bytes(env, argument, &address)) return give_int(env, -EINVAL);
  return give_int(env, or_errno(call(box->fd, address.data, (socklen_t)address.length)));
}

static napi_value bind_socket(napi_env env, napi_callback_info info) {
  return with_address(env, info, bind);
}

static napi_value connect_socket(napi_env env, napi_callback_info info) {
  return with_address(env, info, connect);
}

/* setOption(level, name, value) */
static napi_value set_option(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int level, name;
  struct bytes value;
  struct mailbox *box = take_arguments(env, info, 3, arguments);
  if (box == NULL || !take_int(env, arguments[0], &level) || !take_int(env, arguments[1], &name) ||
      !take_bytes(env, arguments[2], &value)) {
    return give_int(env, -EINVAL);
  }
  return give_int(env, or_errno(setsockopt(box->fd, level, name, value.data, (socklen_t)value.length)));
}

/* getOption(level, name, out): how many bytes were written to `out`. */
static napi_value get_option(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int level, name;
  struct bytes value;
  struct mailbox *box = take_arguments(env, info, 3, arguments);
  if (box == NULL || !take_int(env, arguments[0], &level) || !take_int(env, arguments[1], &name) ||
      !take_bytes(env, arguments[2], &value)) {
    return give_int(env, -EINVAL);
  }
  socklen_t length = (socklen_t)value.length;
  if (getsockopt(box->fd, level, name, value.data, &length) < 0) return give_int(env, -errno);
  return give_int(env, length < value.length ? length : (int64_t)value.length);
}

/* localAddress(out): how many bytes the address has, at most those of `out`. */
static napi_value local_address(napi_env env, napi_callback_info info) {
  napi_value argument;
  struct bytes address;
  struct mailbox *box = take_arguments(env, info, 1, &argument);
  if (box == NULL || !take_bytes(env, argument, &address)) return give_int(env, -EINVAL);
  socklen_t length = (socklen_t)address.length;
  if (getsockname(box->fd, address.data, &length) < 0) return give_int(env, -errno);
  return give_int(env, length < address.length ? length : (int64_t)address.length);
}

/* attachFilter(program): the one option whose value holds a pointer. */
static napi_value attach_filter(napi_env env, napi_callback_info info) {
  napi_value argument;
  struct bytes program;
  struct mailbox *box = take_arguments(env, info, 1, &argument);
  if (box == NULL || !take_bytes(env, argument, &program)) return give_int(env, -EINVAL);
  size_t instructions = program.length / sizeof(struct sock_filter);
  if (program.length % sizeof(struct sock_filter) != 0 || instructions > BPF_MAXINSNS) {
    return give_int(env, -EINVAL);
  }
  struct sock_fprog filter = {.len = (unsigned short)instructions, .filter = program.data};
  return give_int(env, or_errno(setsockopt(box->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter))));
}

/* start(wake) */
static napi_value start(napi_env env, napi_callback_info info) {
  napi_value wake, self;
  size_t count = 1;
  napi_valuetype type;
  struct mailbox *box = take_arguments(env, info, 1, &wake);
  if (box == NULL || napi_get_cb_info(env, info, &count, &wake, &self, NULL) != napi_ok ||
      napi_typeof(env, wake, &type) != napi_ok || type != napi_function) {
    return give_int(env, -EINVAL);
  }
  return give_int(env, poll_start(box, self, wake));
}

static napi_value stop(napi_env env, napi_callback_info info) {
  struct mailbox *box = take_arguments(env, info, 0, NULL);
  if (box != NULL) poll_stop(box);
  return NULL;
}

static napi_value keep_alive(napi_env env, napi_callback_info info, bool alive) {
  struct mailbox *box = take_arguments(env, info, 0, NULL);
  if (box == NULL) return NULL;
  box->keeps_alive = alive;
  poll_apply_ref(box);
  return NULL;
}

static napi_value ref(napi_env env, napi_callback_info info) {
  return keep_alive(env, info, true);
}

static napi_value unref(napi_env env, napi_callback_info info) {
  return keep_alive(env, info, false);
}

static napi_value close_socket(napi_env env, napi_callback_info info) {
  struct mailbox *box = take_arguments(env, info, 0, NULL);
  if (box != NULL) mailbox_shut(box);
  return NULL;
}

#define METHOD(name, function) {name, NULL, function, NULL, NULL, NULL, napi_default_method, NULL}

napi_value mailbox_define(struct room *room) {
  static const napi_property_descriptor methods[] = {
      METHOD("open", open_socket),
      METHOD("bind", bind_socket),
      METHOD("connect", connect_socket),
      METHOD("setOption", set_option),
      METHOD("getOption", get_option),
      METHOD("localAddress", local_address),
      METHOD("attachFilter", attach_filter),
      METHOD("send", exchange_send),
      METHOD("sendBatch", exchange_send_batch),
      METHOD("receive", exchange_receive),
      METHOD("start", start),
      METHOD("stop", stop),
      METHOD("ref", ref),
      METHOD("unref", unref),
      METHOD("close", close_socket),
  };
  napi_value class = NULL;
  if (napi_define_class(room->env, "Socket", NAPI_AUTO_LENGTH, construct, room,
                        sizeof(methods) / sizeof(methods[0]), methods, &class) != napi_ok) {
    return NULL;
  }
  return class;
}
