# Sentinel for zsh, written by `sentinel shell init zsh`. Do not edit.
# inputs: sha256:00
if [[ -n "${ZSH_VERSION-}" ]]; then
function sentinel-a.b { command sentinel exec --profile 'a.b' -- "$@" }
function sentinel-it-s-odd { command sentinel exec --profile 'it'\''s odd' -- "$@" }
function sentinel-prod { command sentinel exec --profile 'prod' '--policy' 'ssm:/sentinel/policies/prod' -- "$@" }
typeset -ga _sentinel_known=('prod')
# The profiles of the AWS files and of policies on disk. No process.
_sentinel_profiles() {
  local config=${AWS_CONFIG_FILE:-$HOME/.aws/config} file line expl
  local credentials=${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}
  local home=${SENTINEL_HOME:-${XDG_CONFIG_HOME:-$HOME/.config}/sentinel}
  local -aU names=($_sentinel_known)
  for file in $config $credentials; do
    [[ -f $file && -r $file ]] || continue
    for line in ${(M)${(f)"$(<$file)"}:#\[*\]*}; do
      line=${${line#\[}%%\]*}
      case $line in
        'profile '*) line=${line#profile } ;;
        default) ;;
        *) [[ $file == $config ]] && continue ;;
      esac
      line=${${line##[[:blank:]]#}%%[[:blank:]]#}
      case $line in \"*\"|\'*\') line=${line[2,-2]} ;; esac
      [[ -n $line ]] && names+=("$line")
    done
  done
  names+=($home/policies/*.yaml(N:t:r))
  _wanted profiles expl profile compadd -a names
}

# Where a policy can come from: a file, by its path or with file:, or a parameter.
_sentinel_policies() {
  local expl
  if compset -P 'file:'; then
    _files
  elif compset -P 'ssm:'; then
    _message 'name of a parameter, /sentinel/policies/…'
  else
    _alternative 'kinds:kind of source:compadd -S "" file\: ssm\:/' 'files:policy file:_files'
  fi
}

# A profile's function: its words are another command's.
_sentinel() {
  case ${service-} in
    sentinel-*)
      shift words
      (( CURRENT-- ))
      _normal -p $service
      ;;
    *) _sentinel_do ;;
  esac
}

_sentinel_do_exec() {
  _arguments -s -S -A '-*' : \
    '(-p --profile)-p+[Target \[profile\]]:profile:_sentinel_profiles' \
    '(-p --profile)--profile=[Target \[profile\]]:profile:_sentinel_profiles' \
    '--policy=[Policy\: file\:PATH]:policy:_sentinel_policies' \
    '--duration=[Length, it'\''s 15m]:duration: ' \
    '--quiet[No notes]' \
    '*::program:_normal'
}
_sentinel_do_policy_explain() {
  _arguments -s -S : \
    '*:word:_sentinel_profiles'
}
_sentinel_do_policy_validate() {
  _arguments -s -S : \
    '--format=[Form]:format:(json yaml)' \
    '*:word:_files'
}
_sentinel_do_completion() {
  _arguments -s -S : \
    '*:word:(zsh bash fish)'
}
_sentinel_do() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a state_descr
  _arguments -C '(- *)'{-h,--help}'[Say what it does]' '1: :->word' '*:: :->rest' && return 0
  case $state in
    word)
      local -a next=(
      'exec:Decide, and run: one program'
      'policy:Policy as code: check it, ask it why'
      'completion:Completions [of '\''sentinel'\'']'
      )
      _describe -t commands 'sentinel command' next
      ;;
    rest)
      case $words[1] in
        exec) _sentinel_do_exec ;;
        policy) _sentinel_do_policy ;;
        completion) _sentinel_do_completion ;;
      esac
      ;;
  esac
}
_sentinel_do_policy() {
  local curcontext=$curcontext state line
  local -A opt_args
  local -a state_descr
  _arguments -C '(- *)'{-h,--help}'[Say what it does]' '1: :->word' '*:: :->rest' && return 0
  case $state in
    word)
      local -a next=(
      'explain:What policy says'
      'validate:Check files'
      )
      _describe -t commands 'sentinel policy command' next
      ;;
    rest)
      case $words[1] in
        explain) _sentinel_do_policy_explain ;;
        validate) _sentinel_do_policy_validate ;;
      esac
      ;;
  esac
}
if (( ${+functions[compdef]} )); then
  compdef _sentinel sentinel -P 'sentinel-*'
fi
_sentinel_prompt() {
# Puts [profile minutes] before the prompt of a shell that `sentinel exec` started. No process.
local code=$?
emulate -L zsh
local text= end=${AWS_CREDENTIAL_EXPIRATION-}
local -i y m d left
if [[ -n ${AWS_SENTINEL-} ]]; then
  text=${AWS_SENTINEL//[^A-Za-z0-9._@+-]/?}
  if [[ $end == <->-<->-<->T<->:<->:<->Z && $#end == 20 ]] && zmodload zsh/datetime 2> /dev/null; then
    (( m = (14 - 10#${end[6,7]}) / 12, y = 10#${end[1,4]} + 4800 - m ))
    (( m = 10#${end[6,7]} + 12 * m - 3 ))
    (( d = 10#${end[9,10]} + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 2472633 ))
    (( left = d * 86400 + 10#${end[12,13]} * 3600 + 10#${end[15,16]} * 60 + 10#${end[18,19]} - EPOCHSECONDS ))
    if (( left > 0 )); then text="$text $(( left / 60 ))m"; else text="$text expired"; fi
  fi
  text="[$text] "
fi
PROMPT=$text${PROMPT#"${_sentinel_shown-}"}
typeset -g _sentinel_shown=$text
return $code
}
if [[ -n "${AWS_SENTINEL-}" ]]; then
  autoload -Uz add-zsh-hook && add-zsh-hook precmd _sentinel_prompt
fi
fi
