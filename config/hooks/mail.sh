#!/bin/sh
# A hook of ftpair that mails an alert, by the sendmail of any mail server (postfix, exim, msmtp, nullmailer, …).
#   hooks:
#     - on: [takeover, role-active, role-backup, peer-lost, server-down, no-server]
#       run: [/etc/ftpair/hooks/mail.sh, root, oncall@example.org]
# The values of an alert are one line each: they cannot add a header.
set -eu
if [ $# -eq 0 ]; then
  echo 'mail.sh: no address; name at least one after the program in the config' >&2
  exit 2
fi
to=$(printf ', %s' "$@")
{
  printf 'To: %s\n' "${to#, }"
  printf 'Subject: [ftpair] %s is %s: %s (%s)\n' "$FTPAIR_NODE" "$FTPAIR_ROLE" "$FTPAIR_EVENT" "$FTPAIR_SEVERITY"
  printf 'Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n'
  printf '%s\n\nat %s\n' "$FTPAIR_TEXT" "$FTPAIR_TIME"
  env | sed -n 's/^FTPAIR_FIELD_//p' | sort
} | sendmail -i -- "$@"
