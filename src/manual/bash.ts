/**
 * The completion script for bash 4 and newer. It needs no other package, and starts ftpair only for names that the
 * running daemon knows. Pure: the tree in, a text out.
 */
import { commandPaths, type Place, placesOf, valueFlags } from './candidates.js';
import { quoted } from './quote.js';
import type { CommandPage } from './tree.js';

/** The script. */
export function bashScript(root: CommandPage): string {
  return `# bash completion for ftpair, made by "ftpair completion bash"

# What may stand at a place: words, or one of @files @directories @servers.
_ftpair_words() {
  case $1 in
${placesOf(root).map(caseOf).join('\n')}
  esac
}

_ftpair_is_command() {
  case $1 in
${commandPaths(root)
  .map((path) => `    ${quoted(path)}) return 0 ;;`)
  .join('\n')}
  esac
  return 1
}

_ftpair_takes_word() {
  case $1 in
${valueFlags(root)
  .map((flag) => `    ${quoted(flag)}) return 0 ;;`)
  .join('\n')}
  esac
  return 1
}
${LOGIC}`;
}

function caseOf({ key, candidates, source }: Place): string {
  const words = source === undefined ? candidates.map(({ word }) => word).join(' ') : `@${source}`;
  return `    ${quoted(key)}) echo ${quoted(words)} ;;`;
}

/** The walk along the line: which command, which argument, whose value. "--option=value" comes in three words. */
const LOGIC = `
_ftpair() {
  local current=\${COMP_WORDS[COMP_CWORD]} place=ftpair flag='' directory=() words number=1 i word
  COMPREPLY=()
  [ "$current" = = ] && current=''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = = ]; then continue; fi
    if [ -n "$flag" ]; then
      [ "$flag" = --runtime-dir ] && directory=(--runtime-dir "$word")
      flag=''
    elif _ftpair_takes_word "$place:$word"; then flag=$word
    elif [[ $word == -* ]]; then :
    elif _ftpair_is_command "$place $word"; then place="$place $word"
    else number=$((number + 1)); fi
  done
  if [ -n "$flag" ]; then words=$(_ftpair_words "$place:$flag")
  elif [[ $current == -* ]]; then words=$(_ftpair_words "$place:options")
  else
    words=$(_ftpair_words "$place:commands")
    [ -n "$words" ] || words=$(_ftpair_words "$place:$number")
    [ -n "$words" ] || words=$(_ftpair_words "$place:*")
  fi
  case $words in
    @files | @directories)
      compopt -o filenames 2>/dev/null
      local kind=-f
      [ "$words" = @directories ] && kind=-d
      mapfile -t COMPREPLY < <(compgen $kind -- "$current")
      return
      ;;
    @servers) words=$("\${COMP_WORDS[0]}" __servers "\${directory[@]}" 2>/dev/null) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _ftpair ftpair
`;
