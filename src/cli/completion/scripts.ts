/** The shells that completion is made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/*
 * Each script asks `quern complete` at a key: with the words after `quern` up to the cursor (bash: the line, because bash cuts words at
 * `:` and `=`). The answer has a line `word<TAB>meaning` for each candidate; when it is empty, the shell completes names of files.
 */

const BASH = `# quern's completion for bash:  eval "$(quern completion bash)"
_quern() {
  local current="\${COMP_LINE:0:COMP_POINT}" word meaning
  current="\${current##*[[:space:]]}"
  local front="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r word meaning; do
    COMPREPLY+=("\${word#"$front"}")
  done < <(quern complete --line "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[:.] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -o default -F _quern quern
`

const ZSH = `#compdef quern
# quern's completion for zsh:  quern completion zsh > "\${fpath[1]}/_quern"
_quern() {
  local -a plain open plain_shown open_shown
  local word meaning shown
  while IFS=$'\\t' read -r word meaning; do
    shown="$word"
    [[ -n "$meaning" ]] && shown="$word  -- $meaning"
    if [[ "$word" == *[:.] ]]; then
      open+=("$word") open_shown+=("$shown")
    else
      plain+=("$word") plain_shown+=("$shown")
    fi
  done < <(quern complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#plain} + \${#open} == 0 )); then
    _files
    return
  fi
  (( \${#plain} )) && compadd -l -d plain_shown -a plain
  (( \${#open} )) && compadd -S '' -l -d open_shown -a open
  return 0
}
if [[ "\${funcstack[1]}" == "_quern" ]]; then
  _quern "$@"
else
  compdef _quern quern
fi
`

const FISH = `# quern's completion for fish:  quern completion fish > ~/.config/fish/completions/quern.fish
function __quern_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  set -l found (quern complete -- $before[2..-1] "$current" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$current"
  end
end
complete -c quern -f -a '(__quern_complete)'
`

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
