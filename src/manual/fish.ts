/** The completion script for fish, with a meaning beside each word. Pure: the tree in, a text out. */
import { commandPaths, type Place, placesOf, valueFlags } from './candidates.js';
import { fishQuoted } from './quote.js';
import type { CommandPage } from './tree.js';

/** The script. */
export function fishScript(root: CommandPage): string {
  return `# fish completion for ftpair, made by "ftpair completion fish"

# What may stand at a place: words with their meanings, or one of @files @directories @servers.
function __ftpair_words
    switch $argv[1]
${placesOf(root).map(caseOf).join('\n')}
    end
end

set -g __ftpair_commands ${commandPaths(root).map(fishQuoted).join(' ')}
set -g __ftpair_takes_word ${valueFlags(root).map(fishQuoted).join(' ')}
${LOGIC}`;
}

function caseOf({ key, candidates, source }: Place): string {
  const words =
    source === undefined
      ? candidates.map(({ word, meaning }) => (meaning === '' ? word : `${word}\t${meaning}`))
      : [`@${source}`];
  // An asterisk of a case is a wildcard, and our own ones stand for themselves.
  const pattern = fishQuoted(key.replace(/\*$/, '\\*'));
  return `        case ${pattern}\n            printf '%s\\n' ${words.map(fishQuoted).join(' ')}`;
}

const LOGIC = `
function __ftpair_complete
    set -l line (commandline -opc)
    set -l current (commandline -ct)
    set -l place ftpair
    set -l flag ''
    set -l directory
    set -l number 1
    for word in $line[2..-1]
        if test -n "$flag"
            test "$flag" = --runtime-dir; and set directory --runtime-dir $word
            set flag ''
        else if contains -- "$place:$word" $__ftpair_takes_word
            set flag $word
        else if string match -q -- '--runtime-dir=*' $word
            set directory $word
        else if string match -q -- '-*' $word
            continue
        else if contains -- "$place $word" $__ftpair_commands
            set place "$place $word"
        else
            set number (math $number + 1)
        end
    end
    set -l front ''
    if test -z "$flag"; and string match -q -- '--*=*' $current
        set flag (string replace -r '=.*' '' -- $current)
        set front "$flag="
        set current (string replace -r '^[^=]*=' '' -- $current)
    end
    set -l found
    if test -n "$flag"
        set found (__ftpair_words "$place:$flag")
    else if string match -q -- '-*' $current
        set found (__ftpair_words "$place:options")
    else
        set found (__ftpair_words "$place:commands")
        test -n "$found"; or set found (__ftpair_words "$place:$number")
        test -n "$found"; or set found (__ftpair_words "$place:*")
    end
    switch "$found[1]"
        case @files
            __fish_complete_path $current
        case @directories
            __fish_complete_directories $current
        case @servers
            printf "$front%s\\n" ($line[1] __servers $directory 2>/dev/null)
        case '?*'
            printf "$front%s\\n" $found
    end
end

complete -c ftpair -e
complete -c ftpair -f -a '(__ftpair_complete)'
`;
