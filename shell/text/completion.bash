# shellcheck shell=bash
# Completions of sentinel for bash 3.2 and later. Sentinel itself is never started.

# COMP_WORDS put together again where COMP_WORDBREAKS (:, =) cut them:
# sets words, starts (where each begins in COMP_WORDS), cword and cur of the caller.
_sentinel_join() {
  local line=$COMP_LINE gap word i n=-1
  words=() starts=() cword=0 cur=''
  for (( i = 0; i < ${#COMP_WORDS[@]}; i++ )); do
    word=${COMP_WORDS[i]} gap=''
    if [[ -n $word ]]; then
      gap=${line%%"$word"*}
    elif [[ $line == [[:space:]]* ]]; then
      gap=' '
    fi
    if (( i > 0 )) && [[ -z $gap ]]; then
      words[n]+=$word
    else
      n=$(( n + 1 ))
      words[n]=$word
      starts[n]=$i
    fi
    if [[ -n $word ]]; then line=${line:$(( ${#gap} + ${#word} ))}; fi
    if (( i == COMP_CWORD )); then
      cword=$n
      cur=${words[n]}
    fi
  done
}

# What readline has before the last break stays as it is: candidates begin after it.
_sentinel_trim() {
  local last=${COMP_WORDS[COMP_CWORD]} head i
  case $last in
    ':' | '=') head=$cur ;;
    *) head=${cur%"$last"} ;;
  esac
  [[ -n $head ]] || return 0
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]=${COMPREPLY[i]#"$head"}; done
}

_sentinel_option() {
  if type compopt > /dev/null 2>&1; then compopt -o "$1" 2> /dev/null; fi
  return 0
}

# Adds $1 where it fits, as a word that the shell reads back as it is.
_sentinel_offer() {
  local name=$1 before=${2-} word
  # Inside an open quote words are quoted otherwise: nothing is offered.
  case $cur in "$before"[\'\"]*) return 0 ;; esac
  printf -v word %q "$name"
  if [[ $before$word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
  return 0
}

# The profiles of the AWS files and of policies on disk, one call of _sentinel_offer each.
_sentinel_profiles() {
  local before=${1-} file line name seen=$'\n'
  local home=${SENTINEL_HOME:-${XDG_CONFIG_HOME:-${HOME-}/.config}/sentinel}
  local config=${AWS_CONFIG_FILE:-${HOME-}/.aws/config}
  for file in "$config" "${AWS_SHARED_CREDENTIALS_FILE:-${HOME-}/.aws/credentials}"; do
    [[ -f $file && -r $file ]] || continue
    while IFS= read -r line || [[ -n $line ]]; do
      case $line in
        '['*']'*) name=${line#\[} name=${name%%\]*} ;;
        *) continue ;;
      esac
      case $name in
        'profile '*) name=${name#profile } ;;
        default) ;;
        *) [[ $file != "$config" ]] || continue ;;
      esac
      name=${name#"${name%%[! ]*}"} name=${name%"${name##*[! ]}"}
      case $name in \"*\" | \'*\') name=${name:1:$(( ${#name} - 2 ))} ;; esac
      case $seen in *$'\n'"$name"$'\n'*) continue ;; esac
      seen+=$name$'\n'
      _sentinel_offer "$name" "$before"
    done < "$file"
  done
  for file in "$home"/policies/*.yaml; do
    [[ -f $file ]] || continue
    name=${file##*/} name=${name%.yaml}
    case $seen in *$'\n'"$name"$'\n'*) continue ;; esac
    seen+=$name$'\n'
    _sentinel_offer "$name" "$before"
  done
  for name in ${_sentinel_known[@]+"${_sentinel_known[@]}"}; do
    case $seen in *$'\n'"$name"$'\n'*) continue ;; esac
    _sentinel_offer "$name" "$before"
  done
}

# Without compopt (bash 3.2) nobody would quote what is in these names: readline offers its own then.
_sentinel_files() {
  local before=$1 path
  type compopt > /dev/null 2>&1 || return 0
  _sentinel_option filenames
  while IFS= read -r path; do
    [[ -n $path ]] && COMPREPLY+=("$before$path")
  done <<< "$(compgen -f -- "${cur#"$before"}")"
}

# Candidates of one kind; $2 is what stands before the value in the same word (--flag=).
_sentinel_value() {
  local kind=$1 before=$2 word IFS=$' \t\n'
  case $kind in
    profile) _sentinel_profiles "$before" ;;
    file) _sentinel_files "$before" ;;
    policy)
      case ${cur#"$before"} in
        file:*) _sentinel_files "${before}file:" ;;
        ssm:*) ;;
        *)
          _sentinel_files "$before"
          for word in file: ssm:/; do
            if [[ $before$word == "$cur"* ]]; then
              _sentinel_option nospace
              COMPREPLY+=("$before$word")
            fi
          done
          ;;
      esac
      ;;
    text | none) ;;
    *)
      IFS='|'
      for word in $kind; do
        if [[ $before$word == "$cur"* ]]; then COMPREPLY+=("$before$word"); fi
      done
      ;;
  esac
}

# Completes as the command that begins at COMP_WORDS[$1] does by itself.
_sentinel_wrapped() {
  local first=$1 i word command spec cut cur
  for (( i = 0; i < first; i++ )); do
    word=${COMP_WORDS[i]}
    spec=${COMP_LINE%%"$word"*}
    cut=$(( ${#spec} + ${#word} ))
    COMP_LINE=${COMP_LINE:cut} COMP_POINT=$(( COMP_POINT - cut ))
  done
  spec=${COMP_LINE%%[![:space:]]*}
  COMP_LINE=${COMP_LINE:${#spec}} COMP_POINT=$(( COMP_POINT - ${#spec} ))
  COMP_WORDS=("${COMP_WORDS[@]:first}") COMP_CWORD=$(( COMP_CWORD - first ))
  word=${COMP_WORDS[COMP_CWORD]}
  if (( COMP_CWORD == 0 )); then
    case $word in
      */*)
        cur=$word
        _sentinel_files ''
        ;;
      *)
        while IFS= read -r command; do
          [[ -n $command ]] && COMPREPLY+=("$command")
        done <<< "$(compgen -c -- "$word")"
        ;;
    esac
    return 0
  fi
  command=${COMP_WORDS[0]}
  spec=$(_sentinel_spec "$command")
  if [[ -z $spec ]]; then
    # bash-completion loads what a command needs when it is first asked for.
    if type _comp_load > /dev/null 2>&1; then
      _comp_load -- "${command##*/}" > /dev/null 2>&1
    elif type _completion_loader > /dev/null 2>&1; then
      _completion_loader "$command" > /dev/null 2>&1
    fi
    spec=$(_sentinel_spec "$command")
  fi
  _sentinel_as "$spec"
}

_sentinel_spec() {
  complete -p -- "$1" 2> /dev/null || complete -p -- "${1##*/}" 2> /dev/null
}

# Does what a line of `complete -p` says.
_sentinel_as() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} line
  local command=${COMP_WORDS[0]} how='' what='' spec=$1
  local -a more=()
  if [[ -z $spec ]]; then
    _sentinel_files ''
    return 0
  fi
  # The shell's own quoting, read back by the shell.
  eval "set -- $spec"
  shift
  while (( $# > 1 )); do
    case $1 in
      -o) _sentinel_option "$2" && shift ;;
      -F | -C) how=$1 what=$2 && shift ;;
      --) ;;
      *) more+=("$1") ;;
    esac
    shift
  done
  case $how in
    -F) "$what" "$command" "$cur" "$prev" ;;
    -C)
      while IFS= read -r line; do
        [[ -n $line ]] && COMPREPLY+=("$line")
      done <<< "$(
        export COMP_LINE COMP_POINT COMP_TYPE COMP_KEY
        eval "$what \"\$command\" \"\$cur\" \"\$prev\"" 2> /dev/null
      )"
      ;;
    *)
      while IFS= read -r line; do
        [[ -n $line ]] && COMPREPLY+=("$line")
      done <<< "$(compgen "${more[@]}" -- "$cur" 2> /dev/null)"
      ;;
  esac
  return 0
}

# A profile's function: its words are another command's.
_sentinel_function() {
  COMPREPLY=()
  _sentinel_wrapped 1
}

_sentinel() {
  local -a words starts
  local cword cur path='' next='' flags='' rest='' i=1 item kind open='' IFS=$' \t\n'
  COMPREPLY=()
  _sentinel_join
  _sentinel_about "$path"
  while [[ -n $next ]] && (( i < cword )); do
    case " $next " in
      *" ${words[i]} "*) path=${path:+$path }${words[i]} ;;
      *) return 0 ;;
    esac
    i=$(( i + 1 ))
    _sentinel_about "$path"
  done
  if [[ -n $next ]]; then
    for item in $next --help; do
      if [[ $item == "$cur"* ]]; then COMPREPLY+=("$item"); fi
    done
    return 0
  fi
  for (( ; i < cword; i++ )); do
    item=${words[i]}
    if [[ -n $open ]]; then
      open=''
    elif [[ $item == -- ]]; then
      [[ $rest == program ]] && _sentinel_wrapped "${starts[i + 1]}"
      return 0
    elif [[ $item == -* ]]; then
      _sentinel_kind "$item" && open=$kind
    elif [[ $rest == program ]]; then
      _sentinel_wrapped "${starts[i]}"
      return 0
    fi
  done
  if [[ -n $open ]]; then
    _sentinel_value "$open" ''
  elif [[ $cur == --*=* ]]; then
    _sentinel_kind "${cur%%=*}" && _sentinel_value "$kind" "${cur%%=*}="
  elif [[ $cur == -* ]]; then
    for item in $flags; do
      item=${item%%:*}
      if [[ $item == "$cur"* ]]; then COMPREPLY+=("$item"); fi
    done
  elif [[ $rest == program ]]; then
    _sentinel_wrapped "${starts[cword]}"
    return 0
  else
    _sentinel_value "$rest" ''
  fi
  _sentinel_trim
}

# The kind of a flag's value into `kind`; fails for one that takes none.
_sentinel_kind() {
  local item
  for item in $flags; do
    if [[ $item == "$1":* ]]; then
      kind=${item#*:}
      return 0
    fi
  done
  return 1
}
