/* Arguments and results: see values.h. Must not know what a socket is. */
#include "values.h"

#include <errno.h>

struct mailbox *take_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *arguments) {
  napi_value self;
  void *box = NULL;
  if (napi_get_cb_info(env, info, &count, arguments, &self, NULL) != napi_ok) return NULL;
  if (napi_unwrap(env, self, &box) != napi_ok) return NULL;
  return box;
}

bool take_int(napi_env env, napi_value value, int *out) {
  return napi_get_value_int32(env, value, out) == napi_ok;
}

static bool take_array(napi_env env, napi_value value, napi_typedarray_type wanted, struct bytes *out) {
  napi_typedarray_type type;
  bool typed = false;
  if (napi_is_typedarray(env, value, &typed) != napi_ok || !typed) return false;
  return napi_get_typedarray_info(env, value, &type, &out->length, &out->data, NULL, NULL) == napi_ok &&
         type == wanted;
}

bool take_bytes(napi_env env, napi_value value, struct bytes *out) {
  return take_array(env, value, napi_uint8_array, out);
}

bool take_optional_bytes(napi_env env, napi_value value, struct bytes *out) {
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  if (type != napi_undefined) return take_bytes(env, value, out);
  *out = (struct bytes){NULL, 0};
  return true;
}

bool take_ints(napi_env env, napi_value value, struct bytes *out) {
  return take_array(env, value, napi_int32_array, out);
}

napi_value give_int(napi_env env, int64_t value) {
  napi_value result = NULL;
  if (napi_create_int64(env, value, &result) != napi_ok) return NULL;
  return result;
}

int64_t or_errno(int64_t result) {
  return result < 0 ? -errno : result;
}
