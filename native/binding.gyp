{
  # `node-gyp rebuild --directory native` builds build/Release/ftpair.node;
  # native/sanitize.sh sets sanitize=1 in a copy of this directory.
  'variables': { 'sanitize%': 0 },
  'targets': [
    {
      'target_name': 'ftpair',
      'sources': ['addon.c', 'mailbox.c', 'exchange.c', 'poll.c', 'process.c', 'thread.c', 'values.c'],
      'defines': ['NAPI_VERSION=8', '_GNU_SOURCE'],
      'cflags!': ['-Wno-unused-parameter'],
      'cflags': ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-Wshadow', '-Wconversion',
                 '-fvisibility=hidden'],
      'conditions': [
        ['sanitize==1', {
          'cflags!': ['-O3'],
          'cflags': ['-O1', '-g', '-fno-omit-frame-pointer', '-fsanitize=address,undefined',
                     '-fno-sanitize-recover=undefined'],
          'ldflags': ['-fsanitize=address,undefined'],
        }],
      ],
    },
  ],
}
