/*
 * Sending and receiving datagrams, in batches where there are many. Never waits: what the kernel cannot take
 * or give now is a negative errno or a smaller count. Reads and writes only memory that the caller handed in.
 */
#include "values.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* Messages per sendmmsg and recvmmsg: their headers live on the stack. */
enum { CHUNK = 32 };

/* send(data, to?): 0 or a negative errno. A datagram is taken whole or not at all. */
napi_value exchange_send(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  struct bytes data, to;
  ssize_t sent;
  struct mailbox *box = take_arguments(env, info, 2, arguments);
  if (box == NULL || !take_bytes(env, arguments[0], &data) || !take_optional_bytes(env, arguments[1], &to)) {
    return give_int(env, -EINVAL);
  }
  do {
    sent = sendto(box->fd, data.data, data.length, MSG_DONTWAIT | MSG_NOSIGNAL, to.data, (socklen_t)to.length);
  } while (sent < 0 && errno == EINTR);
  return give_int(env, sent < 0 ? -errno : 0);
}

/* Sends up to CHUNK elements of the array from `first` on: how many were taken, or a negative errno. */
static int64_t send_chunk(napi_env env, int fd, napi_value datas, uint32_t first, uint32_t count,
                          const struct bytes *to) {
  struct mmsghdr messages[CHUNK];
  struct iovec vectors[CHUNK];
  int sent;
  memset(messages, 0, sizeof(messages));
  for (uint32_t index = 0; index < count; index++) {
    napi_value element;
    struct bytes data;
    if (napi_get_element(env, datas, first + index, &element) != napi_ok) return -EINVAL;
    if (!take_bytes(env, element, &data)) return -EINVAL;
    vectors[index] = (struct iovec){.iov_base = data.data, .iov_len = data.length};
    messages[index].msg_hdr.msg_iov = &vectors[index];
    messages[index].msg_hdr.msg_iovlen = 1;
    messages[index].msg_hdr.msg_name = to->data;
    messages[index].msg_hdr.msg_namelen = (socklen_t)to->length;
  }
  do {
    sent = sendmmsg(fd, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return or_errno(sent);
}

/* sendBatch(datas, to?): how many were taken, or the negative errno of the first. */
napi_value exchange_send_batch(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  struct bytes to;
  uint32_t length, total = 0;
  struct mailbox *box = take_arguments(env, info, 2, arguments);
  if (box == NULL || napi_get_array_length(env, arguments[0], &length) != napi_ok ||
      !take_optional_bytes(env, arguments[1], &to)) {
    return give_int(env, -EINVAL);
  }
  if (box->fd < 0) return give_int(env, -EBADF);
  while (total < length) {
    napi_handle_scope scope;
    uint32_t count = length - total < CHUNK ? length - total : CHUNK;
    if (napi_open_handle_scope(env, &scope) != napi_ok) break;
    int64_t sent = send_chunk(env, box->fd, arguments[0], total, count, &to);
    napi_close_handle_scope(env, scope);
    if (sent < 0 && total == 0) return give_int(env, sent);
    if (sent > 0) total += (uint32_t)sent;
    if (sent < (int64_t)count) break;
  }
  return give_int(env, total);
}

/* Where received datagrams go: `count` strides of data, addresses, and triples of numbers. */
struct slab {
  struct bytes data;
  struct bytes senders;
  struct bytes lengths;
  int stride;
  int count;
};

static bool take_slab(napi_env env, napi_value *arguments, struct slab *slab) {
  if (!take_bytes(env, arguments[0], &slab->data) || !take_bytes(env, arguments[1], &slab->senders) ||
      !take_ints(env, arguments[2], &slab->lengths) || !take_int(env, arguments[3], &slab->stride) ||
      !take_int(env, arguments[4], &slab->count)) {
    return false;
  }
  if (slab->stride < 1 || slab->count < 1 || slab->count > CHUNK) return false;
  size_t count = (size_t)slab->count;
  return slab->data.length / (size_t)slab->stride >= count &&
         slab->senders.length / sizeof(struct sockaddr_storage) >= count && slab->lengths.length / 3 >= count;
}

static int receive_into(int fd, const struct slab *slab) {
  struct mmsghdr messages[CHUNK];
  struct iovec vectors[CHUNK];
  int received;
  memset(messages, 0, sizeof(messages));
  for (int index = 0; index < slab->count; index++) {
    vectors[index].iov_base = (char *)slab->data.data + (size_t)index * (size_t)slab->stride;
    vectors[index].iov_len = (size_t)slab->stride;
    messages[index].msg_hdr.msg_iov = &vectors[index];
    messages[index].msg_hdr.msg_iovlen = 1;
    messages[index].msg_hdr.msg_name =
        (char *)slab->senders.data + (size_t)index * sizeof(struct sockaddr_storage);
    messages[index].msg_hdr.msg_namelen = sizeof(struct sockaddr_storage);
  }
  /* No other flags: AF_PACKET refuses MSG_CMSG_CLOEXEC, and without room for them no descriptors come in. */
  do {
    received = recvmmsg(fd, messages, (unsigned int)slab->count, MSG_DONTWAIT, NULL);
  } while (received < 0 && errno == EINTR);
  if (received < 0) return errno == EAGAIN ? 0 : -errno;
  int32_t *lengths = slab->lengths.data;
  for (int index = 0; index < received; index++) {
    lengths[3 * index] = (int32_t)messages[index].msg_len;
    lengths[3 * index + 1] = (int32_t)messages[index].msg_hdr.msg_namelen;
    lengths[3 * index + 2] = (messages[index].msg_hdr.msg_flags & MSG_TRUNC) != 0;
  }
  return received;
}

/* receive(data, senders, lengths, stride, count): how many were received, 0 for none, or a negative errno. */
napi_value exchange_receive(napi_env env, napi_callback_info info) {
  napi_value arguments[5];
  struct slab slab;
  struct mailbox *box = take_arguments(env, info, 5, arguments);
  if (box == NULL || !take_slab(env, arguments, &slab)) return give_int(env, -EINVAL);
  return give_int(env, receive_into(box->fd, &slab));
}
