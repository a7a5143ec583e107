/*
 * The process as a whole: starting over in place. Knows nothing of what is started.
 */
#include "values.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* How many strings, each ended by a zero byte; 0 when the last one is not. */
static size_t count_strings(const char *text, size_t length) {
  size_t strings = 0;
  if (length == 0 || text[length - 1] != '\0') return 0;
  for (size_t at = 0; at < length; at += strlen(text + at) + 1) strings++;
  return strings;
}

/* Node marks every descriptor that it was given as close-on-exec (uv_disable_stdio_inheritance). */
static void keep_standard_streams(void) {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags >= 0) fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
  }
}

/* The words of a command line, the program's path first. Returns only when execve(2) refused. */
napi_value process_execute(napi_env env, napi_callback_info info) {
  napi_value arguments[1];
  size_t count = 1;
  struct bytes words;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok ||
      !take_bytes(env, arguments[0], &words)) {
    return give_int(env, -EINVAL);
  }
  size_t strings = count_strings(words.data, words.length);
  if (strings == 0) return give_int(env, -EINVAL);
  char **vector = calloc(strings + 1, sizeof(*vector));
  if (vector == NULL) return give_int(env, -ENOMEM);
  char *word = words.data;
  for (size_t index = 0; index < strings; index++, word += strlen(word) + 1) vector[index] = word;
  keep_standard_streams();
  execve(vector[0], vector, environ);
  int result = -errno;
  free(vector);
  return give_int(env, result);
}
