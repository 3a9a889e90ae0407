# Completion of ikewatch(1) for bash.

_ikewatch_run() {
  case $prev in
    --log-level) mapfile -t COMPREPLY < <(compgen -W 'error warning notice info debug' -- "$cur"); return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W '--config --log-level --help --version' -- "$cur")
}

_ikewatch_rules() {  # after `ikewatch rules`
  case $prev in
    --packs) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
    --dialect) mapfile -t COMPREPLY < <(compgen -W 'racoon cisco-ios cisco-asa' -- "$cur"); return ;;
    --format) mapfile -t COMPREPLY < <(compgen -W 'text json markdown' -- "$cur"); return ;;
  esac
  local word words='--packs --help list test try'
  for word in "${COMP_WORDS[@]:2}"; do
    case $word in
      list) words='--dialect --format --help' ;;
      test | try) words='--help' ;;
    esac
  done
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

_ikewatch_explain() {
  case $prev in
    --format) mapfile -t COMPREPLY < <(compgen -W 'text json events' -- "$cur"); return ;;
    --dialect) mapfile -t COMPREPLY < <(compgen -W 'racoon cisco-ios cisco-asa' -- "$cur"); return ;;
    --timeline) COMPREPLY=(all); return ;;
    --gateway | --history) return ;;
    --state) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--format --gateway --dialect --config --timeline --history --state --help' -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}

_ikewatch_doctor() {
  case $prev in
    --format) mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur"); return ;;
    --root) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    --racoon-conf | --policies) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W '--root --racoon-conf --policies --format --help' -- "$cur")
}

_ikewatch_tunnels() {  # names that the running daemon knows
  ikewatch status 2>/dev/null | awk 'NR > 1 && NF == 0 { exit } NR > 1 { print $1 }'
}

_ikewatch_status() {
  [[ $prev == --format ]] && { mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$cur"); return; }
  local words='--format --json --watch --history --help'
  [[ $cur == -* ]] || words=$(_ikewatch_tunnels)
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

_ikewatch_silence() {
  case $prev in
    --why) return ;;
    --end) mapfile -t COMPREPLY < <(compgen -W "$(ikewatch silence --list 2>/dev/null | awk 'NR > 1 { print $1 }')" -- "$cur"); return ;;
  esac
  local words='--why --list --json --end --help'
  [[ $cur == -* || $COMP_CWORD != 2 ]] || words=$(_ikewatch_tunnels)
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

_ikewatch() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [[ $COMP_CWORD == 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'run explain check rules doctor status silence --help --version' -- "$cur")
  elif [[ ${COMP_WORDS[1]} == check && $prev == --schema ]]; then
    mapfile -t COMPREPLY < <(compgen -W 'config rules' -- "$cur")
  elif [[ $prev == --config ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  else
    case ${COMP_WORDS[1]} in
      run) _ikewatch_run ;;
      check) mapfile -t COMPREPLY < <(compgen -W '--config --schema --help --version' -- "$cur") ;;
      explain) _ikewatch_explain ;;
      rules) _ikewatch_rules ;;
      doctor) _ikewatch_doctor ;;
      status) _ikewatch_status ;;
      silence) _ikewatch_silence ;;
    esac
  fi
}

complete -o filenames -F _ikewatch ikewatch
