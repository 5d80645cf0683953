# bash completion for kontor and kontorctl. The commands are asked for their own help, so that this knows nothing that could grow old.

_kontor() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} word help
  local path=()
  COMPREPLY=()
  case $previous in
    --*-file | --env-file | --data-dir | --remember)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || path+=("$word")
  done
  # Two words name a command; what follows is its own business.
  help=$(kontor "${path[@]:0:2}" --help 2>/dev/null) || return 0
  if [[ $current == -* ]]; then
    help=$(grep -oE -- '--[a-z][a-z-]+' <<<"$help")
  else
    help=$(sed -n '/^Subcommands:/,$ { s/^  \([a-z][a-z-]*\) .*/\1/p; }' <<<"$help")
  fi
  mapfile -t COMPREPLY < <(compgen -W "$help" -- "$current")
  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
}
complete -F _kontor kontor kontorctl
