/** The completion script for zsh, with a meaning beside each word. Pure: the tree in, a text out. */
import { commandPaths, type Place, placesOf, valueFlags } from './candidates.js';
import { quoted } from './quote.js';
import type { CommandPage } from './tree.js';

/** The script: the file `_ftpair` of a directory of fpath. */
export function zshScript(root: CommandPage): string {
  return `#compdef ftpair
# zsh completion for ftpair, made by "ftpair completion zsh"

# What may stand at a place: words with their meanings, or one of @files @directories @servers.
_ftpair_words() {
  found=()
  case $1 in
${placesOf(root).map(caseOf).join('\n')}
  esac
}

typeset -gA _ftpair_commands=(
${commandPaths(root)
  .map((path) => `  ${quoted(path)} 1`)
  .join('\n')}
)

typeset -gA _ftpair_takes_word=(
${valueFlags(root)
  .map((flag) => `  ${quoted(flag)} 1`)
  .join('\n')}
)
${LOGIC}`;
}

function caseOf({ key, candidates, source }: Place): string {
  const words =
    source === undefined ? candidates.map(({ word, meaning }) => entry(word, meaning)) : [`@${source}`];
  return `    ${quoted(key)}) found=(${words.map(quoted).join(' ')}) ;;`;
}

/** `_describe` takes `word:meaning`; a colon of the word itself needs a backslash. */
function entry(word: string, meaning: string): string {
  const escaped = word.replaceAll(':', '\\:');
  return meaning === '' ? escaped : `${escaped}:${meaning}`;
}

const LOGIC = `
_ftpair() {
  local place=ftpair flag='' word number=1 i
  local -a found directory
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $flag ]]; then
      [[ $flag == --runtime-dir ]] && directory=(--runtime-dir $word)
      flag=''
    elif (( $+_ftpair_takes_word[\${place}:$word] )); then flag=$word
    elif [[ $word == --runtime-dir=* ]]; then directory=($word)
    elif [[ $word == -* ]]; then :
    elif (( $+_ftpair_commands[$place $word] )); then place="$place $word"
    else (( number++ )); fi
  done
  if [[ -z $flag && $PREFIX == --*=* ]]; then
    flag=\${PREFIX%%=*}
    compset -P '*='
  fi
  if [[ -n $flag ]]; then _ftpair_words "\${place}:$flag"
  elif [[ $PREFIX == -* ]]; then _ftpair_words "\${place}:options"
  else
    _ftpair_words "\${place}:commands"
    (( $#found )) || _ftpair_words "\${place}:$number"
    (( $#found )) || _ftpair_words "\${place}:*"
  fi
  case $found[1] in
    @files) _files ;;
    @directories) _files -/ ;;
    @servers)
      found=(\${(f)"$($words[1] __servers $directory 2>/dev/null)"})
      compadd -a found
      ;;
    ?*) _describe -V ftpair found ;;
  esac
}

# From a directory of fpath this file is the function; from "eval" or "source" it is registered.
if [[ \${funcstack[1]-} == _ftpair ]]; then _ftpair "$@"
elif (( $+functions[compdef] )); then compdef _ftpair ftpair; fi
`;
