/*
 * Between JavaScript values and C: arguments in, a count or a negative errno out. A value of the wrong type
 * makes -EINVAL; nothing here throws.
 */
#ifndef FTPAIR_VALUES_H
#define FTPAIR_VALUES_H

#include "mailbox.h"

/* A view of a Uint8Array or Int32Array. Valid until control returns to JavaScript. */
struct bytes {
  void *data;
  size_t length;
};

/* The mailbox that a method was called on, with `count` arguments (undefined where missing); NULL: not one. */
struct mailbox *take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments);

bool take_int(napi_env env, napi_value value, int *out);
/* A Uint8Array; `length` in bytes. */
bool take_bytes(napi_env env, napi_value value, struct bytes *out);
/* The same, or undefined, which makes {NULL, 0}. */
bool take_optional_bytes(napi_env env, napi_value value, struct bytes *out);
/* An Int32Array; `length` in elements. */
bool take_ints(napi_env env, napi_value value, struct bytes *out);

/* NULL (undefined in JavaScript) only when the environment is ending. */
napi_value give_int(napi_env env, int64_t value);

/* `result` of a system call: itself, or the negative errno. */
int64_t or_errno(int64_t result);

#endif
